import Accounts
import Foundation
import SwiftProtobuf
import Testing

/// Words of enums: each is the schema's, in both directions.
@Suite("Words of the schemas' enums")
struct WireWordTests {
    /// Every enum of the schemas. The first test finds one that is missing here.
    private static let enums: [any Words.Type] = [
        EnumWords<Authority>.self, EnumWords<AutopayEnd>.self, EnumWords<BeyondPackage>.self,
        EnumWords<BlockAuthority>.self,
        EnumWords<BlockReason>.self,
        EnumWords<ChallengePurpose>.self, EnumWords<ChangeFailure>.self, EnumWords<ChargeKind>.self,
        EnumWords<ConsentPurpose>.self, EnumWords<DataStop>.self,
        EnumWords<DeviceKeyKind>.self, EnumWords<Direction>.self, EnumWords<Language>.self,
        EnumWords<OrderAction>.self, EnumWords<SettingsKind>.self,
        EnumWords<MarketSegment>.self, EnumWords<OfferingKind>.self, EnumWords<PaymentMethod>.self,
        EnumWords<PeriodUnit>.self, EnumWords<PromiseRepayment>.self, EnumWords<ProposalKind>.self,
        EnumWords<SignInMethod>.self,
        EnumWords<SimSecret>.self,
        EnumWords<StatementFormat>.self,
        EnumWords<TerminationReason>.self, EnumWords<UsageRejection>.self, EnumWords<UsageType>.self,
    ]

    /// Words by number, by the enum's name, as the descriptors of the schemas have them.
    private static func schemas() throws -> [String: [Int32: String]] {
        let file = Repository.schemas.appendingPathComponent("descriptors.binpb")
        let set = try Google_Protobuf_FileDescriptorSet(serializedBytes: Data(contentsOf: file))
        return Dictionary(
            uniqueKeysWithValues: set.file.flatMap(\.enumType).map { type in
                // SIGN_IN_METHOD_CODE of SignInMethod.
                let prefix = type.name.reduce(into: "") { $0 += ($1.isUppercase && !$0.isEmpty ? "_" : "") + "\($1)" }
                let words = type.value.map {
                    ($0.number, $0.name.lowercased().replacing("\(prefix.lowercased())_", with: ""))
                }
                return (type.name, Dictionary(uniqueKeysWithValues: words))
            })
    }

    @Test("are those of the schemas, for every value of every enum")
    func areTheSchemas() throws {
        let ours = Dictionary(uniqueKeysWithValues: Self.enums.map { ($0.name, $0.byNumber) })
        #expect(ours == (try Self.schemas()))
    }

    @Test("read back as the value that they were written for")
    func readBack() {
        for type in Self.enums { #expect(type.readBack == type.byNumber.filter { $0.value != "unspecified" }) }
    }

    @Test("are the only words that are read: unspecified, a Swift case's name or another spelling is refused")
    func nothingElseIsRead() {
        #expect(PaymentMethod(word: "unspecified") == nil)
        #expect(UsageRejection(word: "unknownNumber") == nil)
        #expect(PaymentMethod(word: "Card") == nil)
        #expect(PaymentMethod(word: "") == nil)
        #expect(PaymentMethod.words == ["card", "cash", "sbp", "bank", "voucher"])
        #expect(Direction.words == ["any", "out", "in"])
    }
}

/// An enum's words by its numbers, so that all enums are of one type.
private protocol Words: Sendable {
    static var name: String { get }
    static var byNumber: [Int32: String] { get }
    static var readBack: [Int32: String] { get }
}

private enum EnumWords<Type: WireWord & RawRepresentable<Int32>>: Words {
    static var name: String { "\(Type.self)" }
    static var byNumber: [Int32: String] {
        Dictionary(uniqueKeysWithValues: Type.allCases.map { ($0.rawValue, "\($0.word)") })
    }
    static var readBack: [Int32: String] {
        Dictionary(
            uniqueKeysWithValues: byNumber.values.compactMap { word in
                Type(word: word).map { ($0.rawValue, word) }
            })
    }
}
