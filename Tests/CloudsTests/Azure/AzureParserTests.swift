import FleetModel
import Foundation
import Ports
import Testing

@testable import Clouds

/// Every function that reads an answer of Azure's, for bytes that are not what they should be.
enum AzureParsers {
  static let parsers: [(name: String, read: @Sendable ([UInt8]) -> Void)] = [
    (
      "machines",
      { _ = decoded(AzurePage<AzureMachine>.self, $0).map { page in states(page.value) } }
    ),
    ("machine", { _ = decoded(AzureMachine.self, $0).map { states([$0]) } }),
    ("view", { _ = decoded(AzureView.self, $0).map { ($0.power, $0.fault) } }),
    ("scale sets", { _ = decoded(AzurePage<AzureScaleSet>.self, $0) }),
    (
      "scale set",
      { bytes in
        let name = AzureName(group: "g", name: "n")
        _ = decoded(AzureScaleSet.self, bytes)?.workload(name, cloud: "azure", nodes: [])
      }
    ),
    ("skus", { _ = decoded(AzurePage<AzureSku>.self, $0)?.value.map(\.type) }),
    (
      "autoscale",
      { bytes in
        let settings = decoded(AzurePage<AzureAutoscaleSetting>.self, bytes)?.value ?? []
        _ = AzureAutoscale(settings).numberOwner(of: AzureName(group: "g", name: "n"))
      }
    ),
    ("operation", { _ = decoded(AzureOperation.self, $0)?.error.map { AzureFault.sorted($0) } }),
    ("error", { _ = AzureFault.read(HTTPResponse(status: 409, body: $0)) }),
    ("provisioning", { _ = AzureProvisioning.of(HTTPResponse(status: 200, body: $0)) }),
    ("prices", { _ = AzurePricePage($0)?.items.map(\.isForUs) }),
    ("token", { _ = AzureTokenReply.read($0)?.end(from: Timestamp(seconds: 0)) }),
    (
      "allowance",
      { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        _ = AzureCalls.remaining(
          HTTPResponse(
            status: 200, headers: [HTTPField("x-ms-ratelimit-remaining-resource", text)]))
        _ = SameHost.isSame(text, as: "https://arm.example")
      }
    ),
  ]

  private static func decoded<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
    try? JSONDecoder().decode(type, from: Data(bytes))
  }

  private static func states(_ machines: [AzureMachine]) {
    for machine in machines {
      let name = AzureName(resourceID: machine.id)
      _ = machine.node(name, cloud: "azure", view: machine.properties?.instanceView)
    }
  }
}

@Suite struct AzureParserTests {
  static let replies = [
    #"{"value":[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/n","location":"eastus","zones":["1"],"tags":{"a":"b"},"properties":{"hardwareProfile":{"vmSize":"Standard_NC24ads_A100_v4"},"provisioningState":"Succeeded","timeCreated":"2026-11-21T01:02:38.3138469+00:00","instanceView":{"statuses":[{"code":"ProvisioningState/failed/AllocationFailed","message":"m"},{"code":"PowerState/running"}]}}}],"nextLink":"https://arm.example/x"}"#,
    #"{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/n","location":"eastus","sku":{"name":"T","capacity":3},"properties":{"provisioningState":"Updating","singlePlacementGroup":true}}"#,
    #"{"status":"Failed","error":{"code":"X","message":"m","details":[{"code":"AllocationFailed"}]}}"#,
    #"{"Items":[{"armSkuName":"T","armRegionName":"r","productName":"p","skuName":"s Spot","meterName":"m\u00e9\ud83d\ude00","type":"Consumption","currencyCode":"USD","unitOfMeasure":"1 Hour","tierMinimumUnits":0.0,"retailPrice":3.673E+0,"effectiveStartDate":"2023-01-01T00:00:00Z"}],"NextPageLink":null}"#,
    #"{"access_token":"t","expires_in":"3599","expires_on":1795255200}"#,
    "Microsoft.Compute/HighCostGet3Min;107,Microsoft.Compute/HighCostGet30Min;827",
  ]

  @Test(.timeLimit(.minutes(2)), arguments: AzureParsers.parsers.map(\.name))
  func `No parser fails for bytes that were changed on the way`(name: String) throws {
    let read = try #require(AzureParsers.parsers.first { $0.name == name }).read
    var generator = SystemRandomNumberGenerator()
    var count = 0
    for reply in Self.replies {
      let bytes = Array(reply.utf8)
      for _ in 0..<200 {
        var changed = bytes
        for _ in 0...Int.random(in: 0..<4, using: &generator) {
          let at = Int.random(in: 0..<changed.count, using: &generator)
          changed[at] = UInt8.random(in: 0...255, using: &generator)
        }
        if Bool.random(using: &generator) {
          changed.removeLast(Int.random(in: 0..<changed.count, using: &generator))
        }
        if changed.isEmpty { continue }
        read(changed)
        count += 1
      }
    }
    #expect(count >= 1000)
  }

  @Test(arguments: [
    (#"{"a":[1,2.50,-0,1e3],"b":"\u0041\n\ud83d\ude00"}"#, true), ("", false), ("{", false),
    ("[1,]", false), ("01", false), ("1.", false), ("\"\u{1}\"", false), (#""\ud83d""#, true),
    ("nul", false), ("true x", false), (String(repeating: "[", count: 100_000), false),
    (String(repeating: "[", count: 64) + "1" + String(repeating: "]", count: 64), true),
    (String(repeating: "[", count: 65) + "1" + String(repeating: "]", count: 65), false),
  ])
  func `A JSON text is read whole or not at all`(text: String, isRead: Bool) {
    #expect((ExactJSON(Array(text.utf8)) != nil) == isRead)
  }

  @Test(arguments: [
    ("2026-11-21T01:02:38.3138469+00:00", "2026-11-21T01:02:38Z"),
    ("2026-11-21T01:02:38Z", "2026-11-21T01:02:38Z"), ("2026-11-21T01:02:38+01:00", nil),
    ("yesterday", nil),
  ])
  func `Azure's times are read with seven decimals and no offset`(text: String, time: String?) {
    #expect(Timestamp(azure: text)?.description == time)
  }
}
