import Testing

@testable import Cabinet
