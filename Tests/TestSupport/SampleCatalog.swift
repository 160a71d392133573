/// The catalogue of tests and of the simulator, small enough to remember.

package enum SampleCatalog {
    /// Four tariffs, four options, two of which exclude each other and two are a bundle, and a subscription, in two
    /// regions; after `CATALOG.DRAFT empty=1`.
    package static let requests = [
        "CATALOG.PUT 1 region msk name=Москва offsets=240,180@2014-10-26",
        "CATALOG.PUT 1 region ekb name=Екатеринбург offsets=300",
        "CATALOG.PUT 1 range 7 digits=11",
        "CATALOG.PUT 1 terms general tariff_change_fee=150 tariff_change_free_after_days=30"
            + " cashier_day_limit=1000",
        "CATALOG.PUT 1 zone georgia name=Georgia prefixes=995 abroad=1",
        "CATALOG.PUT 1 zone moscow name=Moscow prefixes=7495,7499 region=msk",
        "CATALOG.PUT 1 tariff free name=Free period=open"
            + " rates=voice:out:1.50/60,sms:out:2/1,data:any:1/1048576:accumulated,voice:out:30/60:scope=georgia",
        "CATALOG.PUT 1 tariff talk name=Talk fee=60 period=30d voice_seconds=12000"
            + " buckets=voice:out:unlimited:scope=on_net:priority=10"
            + " rates=voice:out:2/60:connection=0.50,voice:out:1/60:scope=moscow,sms:out:1/1,voice:out:3/60:unpaid",
        "CATALOG.PUT 1 tariff online name=Online fee=100 period=month data_bytes=1073741824 regions=msk"
            + " buckets=sms:out:10:price=0.50:rollover rates=sms:out:1.50/1,data:any:0.10/1048576",
        "CATALOG.PUT 1 tariff office name=Office fee=45 period=30d segment=corporate",
        "CATALOG.PUT 1 option melody name=Melody fee=2 period=1d excludes=silence",
        "CATALOG.PUT 1 option silence name=Silence fee=0 period=open connection_fee=30",
        "CATALOG.PUT 1 option extra name=Extra fee=20 period=30d tariffs=talk,online",
        "CATALOG.PUT 1 option sms name=SMS fee=5 period=30d messages=100",
        "CATALOG.PUT 1 subscription stars name=Stars provider=Astro fee=3 period=1d",
        "CATALOG.PUT 1 bundle pack name=Pack fee=22 period=30d options=extra,sms",
        "CATALOG.PUBLISH 1",
    ]
}
