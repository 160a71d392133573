/// The catalogue of tests and of the simulator, small enough to know by heart.

package enum SampleCatalog {
    /// Four tariffs and four options, two of which exclude each other, in two regions; after `CATALOG.DRAFT empty=1`.
    package static let requests = [
        "CATALOG.PUT 1 region msk name=Москва offsets=240,180@2014-10-26",
        "CATALOG.PUT 1 region ekb name=Екатеринбург offsets=300",
        "CATALOG.PUT 1 range 7 digits=11",
        "CATALOG.PUT 1 terms general tariff_change_fee=150 tariff_change_free_after_days=30",
        "CATALOG.PUT 1 tariff free name=Free period=open",
        "CATALOG.PUT 1 tariff talk name=Talk fee=60 period=30d voice_seconds=12000",
        "CATALOG.PUT 1 tariff online name=Online fee=100 period=month data_bytes=1073741824 regions=msk",
        "CATALOG.PUT 1 tariff office name=Office fee=45 period=30d segment=corporate",
        "CATALOG.PUT 1 option melody name=Melody fee=2 period=1d excludes=silence",
        "CATALOG.PUT 1 option silence name=Silence fee=0 period=open connection_fee=30",
        "CATALOG.PUT 1 option extra name=Extra fee=20 period=30d tariffs=talk,online",
        "CATALOG.PUT 1 option sms name=SMS fee=5 period=30d messages=100",
        "CATALOG.PUBLISH 1",
    ]
}
