/// The cabinet: its chapters, in the order of the navigation.

internal import Phrases
package import Web

/// The words of every chapter.
enum Words {
    static let signIn = SignInWords()
    static let products = ProductWords()
    static let quotes = QuoteWords()
    static let start = StartWords()
    static let money = MoneyWords()
    static let paying = PayingWords()
    static let promises = PromiseWords()
    static let autopay = AutopayWords()
    static let transfers = TransferWords()
    static let gifts = GiftWords()
    static let prices = PriceWords()
    static let tariffs = TariffsWords()
    static let suspension = SuspensionWords()
    static let service = ServiceWords()
    static let help = HelpWords()
    static let options = ProductPageWords.options
    static let subscriptions = ProductPageWords.subscriptions
    static let reauthentication = ReauthenticationWords()
    static let numbers = NumbersWords()
    static let security = SecurityWords()
    static let profile = ProfileWords()
    static let privacy = PrivacyWords()
}

/// The site of the subscriber's cabinet.
package func cabinetSite() -> Site {
    let regions = Regions()
    var site = Site(signInPath: "/sign-in")
    site.addChapter("products", Words.products, templates: "")
    StartPages(regions: regions).add(to: &site)
    MoneyPages(regions: regions).add(to: &site)
    PayingPages(regions: regions).add(to: &site)
    PromisePages(regions: regions).add(to: &site)
    AutopayPages(regions: regions).add(to: &site)
    TransferPages(regions: regions).add(to: &site)
    GiftPages(regions: regions).add(to: &site)
    TariffsPages(regions: regions).add(to: &site)
    SuspensionPages(regions: regions).add(to: &site)
    ProductPages(.options, regions: regions).add(to: &site)
    ProductPages(.subscriptions, regions: regions).add(to: &site)
    ServicePages(regions: regions).add(to: &site)
    HelpPages().add(to: &site)
    NumbersPages().add(to: &site)
    SecurityPages(regions: regions).add(to: &site)
    ProfilePages(regions: regions).add(to: &site)
    PrivacyPages(regions: regions).add(to: &site)
    ReauthenticationPages().add(to: &site)
    SignInPages(regions: regions).add(to: &site)
    return site
}
