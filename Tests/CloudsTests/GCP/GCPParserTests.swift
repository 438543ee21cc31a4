import FleetModel
import Foundation
import Planner
import Ports
import Testing

@testable import Clouds

/// Everything that reads what Google sends, for the tests that send it anything.
enum GCPParsers {
  static let parsers: [(name: String, parse: @Sendable ([UInt8]) -> Void)] = [
    ("instance", { read(GCPInstance.self, $0) { _ = $0.node(cloud: "gcp") } }),
    ("instances", { read(GCPInstanceList.self, $0) { pages($0) } }),
    (
      "aggregated instances",
      { read(GCPAggregatedList<GCPScopedInstances>.self, $0) { pages($0) } }
    ),
    (
      "group",
      { read(GCPGroupReply.self, $0) { _ = $0.workload(cloud: "gcp", template: nil) } }
    ),
    (
      "groups",
      {
        read(GCPAggregatedList<GCPScopedGroups>.self, $0) { page in
          for group in page.found { _ = group.workload(cloud: "gcp", template: nil) }
        }
      }
    ),
    ("template", { read(GCPTemplate.self, $0) { _ = $0.machine.type } }),
    ("machine type", { read(GCPMachineType.self, $0) { _ = $0.acceleratorCount } }),
    ("operation", { read(GCPOperation.self, $0) { _ = $0.failure } }),
    ("fault", { _ = GCPFaults.fault(HTTPResponse(status: 400, body: $0)) }),
    ("token", { _ = GCPTokenReply.fault(HTTPResponse(status: 400, body: $0)) }),
    (
      "prices",
      {
        read(GCPSKUPage.self, $0) { page in
          let book = GCPPartPrices(page.skus ?? [])
          for composition in GCPComposition.all {
            _ = try? book.price(of: composition.parts, in: "us-central1", .onDemand)
          }
        }
      }
    ),
  ]

  private static func read<Value: Decodable>(
    _ type: Value.Type, _ bytes: [UInt8], _ use: (Value) -> Void
  ) {
    if let value = try? JSONDecoder().decode(type, from: Data(bytes)) { use(value) }
  }

  private static func pages(_ page: some GCPPage) {
    _ = page.gap
    for case let instance as GCPInstance in page.found {
      _ = instance.node(cloud: "gcp")
      _ = instance.group
    }
  }
}

@Suite struct GCPParserTests {
  @Test(arguments: [
    "", "{}", "[]", "null", "{\"items\": 1}", "{\"items\": {\"zones/a\": {}}}",
    "{\"error\": {}}", "{\"error\": \"x\"}", "{\"error\": {\"errors\": [{}]}}",
    "{\"name\": \"\", \"status\": \"DONE\", \"error\": {}}",
    "{\"name\": \"g\", \"targetSize\": -9223372036854775808, \"zone\": \"/\"}",
    """
    {"id": "1", "name": "a", "zone": "", "machineType": "", "status": "RUNNING",
     "creationTimestamp": "2026-11-21T01:44:22.006-07:00",
     "guestAccelerators": [{"acceleratorType": "", "acceleratorCount": 9223372036854775807},
                           {"acceleratorType": "", "acceleratorCount": 9223372036854775807}]}
    """,
    """
    {"skus": [{"description": "Nvidia L4 GPU running in X", "serviceRegions": ["us-central1"],
     "category": {"resourceFamily": "Compute", "usageType": "OnDemand"}, "pricingInfo": [
     {"pricingExpression": {"usageUnit": "h", "tieredRates": [{"unitPrice": {
      "currencyCode": "USD", "units": "9223372036854775807", "nanos": -9223372036854775808}}]}}]}]}
    """,
  ])
  func `Nothing that can be sent brings a parser down`(text: String) {
    for (_, parse) in GCPParsers.parsers {
      parse(Array(text.utf8))
      for cut in stride(from: 0, to: text.utf8.count, by: 7) {
        parse(Array(text.utf8.prefix(cut)))
      }
    }
  }

  @Test(arguments: [
    ("2024-06-26T11:42:22.006-07:00", "2024-06-26T18:42:22Z"),
    ("2024-06-26T11:42:22+05:30", "2024-06-26T06:12:22Z"), ("2026-01-01T00:00:00Z", nil),
    ("2026-01-01T00:00:00.5-00:00", "2026-01-01T00:00:00Z"),
  ])
  func `A time with an offset is the moment it means`(text: String, utc: String?) {
    #expect(GCPTime.read(text)?.description == utc ?? text)
  }

  @Test(arguments: [
    "", "x", "2026-01-01T00:00:00", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00+99:00",
    "2026-01-01 00:00:00-07:00",
  ])
  func `What is not a time is not one`(text: String) { #expect(GCPTime.read(text) == nil) }

  @Test(
    arguments: [
      ("PROVISIONING", InstanceState.pending), ("STAGING", .pending), ("PENDING", .pending),
      ("REPAIRING", .pending), ("RUNNING", .running), ("STOPPING", .stopping),
      ("PENDING_STOP", .stopping), ("SUSPENDING", .stopping), ("STOPPED", .stopped),
      ("TERMINATED", .stopped), ("SUSPENDED", .stopped), ("DEPROVISIONING", .shuttingDown),
      ("NEW_WORD", nil),
    ] as [(String, InstanceState?)])
  func `Google's words for a machine's life`(word: String, state: InstanceState?) {
    #expect(GCPState.state(word) == state)
  }

  @Test func `A warning that says nothing is missing is none`() throws {
    let text = """
      {"items": {"zones/a": {"warning": {"code": "NO_RESULTS_ON_PAGE"}}}}
      """
    let page = try JSONDecoder().decode(
      GCPAggregatedList<GCPScopedInstances>.self, from: Data(text.utf8))
    #expect(page.gap == nil)
    for code in ["UNREACHABLE", "PARTIAL_SUCCESS"] {
      let text = text.replacing("NO_RESULTS_ON_PAGE", with: code)
      let page = try JSONDecoder().decode(
        GCPAggregatedList<GCPScopedInstances>.self, from: Data(text.utf8))
      #expect(page.gap == "zones/a")
    }
  }

  @Test(
    arguments: [
      ("ZONE_RESOURCE_POOL_EXHAUSTED", ActFailure.Kind.capacity),
      ("ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", .capacity), ("QUOTA_EXCEEDED", .quota),
      ("quotaExceeded", .quota), ("rateLimitExceeded", .throttled),
      ("resourceNotReady", .throttled),
      ("forbidden", .auth), ("authError", .auth), ("notFound", .notFound),
    ] as [(String, ActFailure.Kind)])
  func `A reason decides where a refusal belongs`(reason: String, kind: ActFailure.Kind) {
    #expect(GCPFaults.kind(reason) == kind)
  }

  @Test(arguments: [
    "t", "conformance-a", "UPPER", "ends-", String(repeating: "x", count: 52),
    String(repeating: "x", count: 56), String(repeating: "x", count: 57),
    String(repeating: "x", count: 64),
  ])
  func `A name made of a token is legal, its own, and always the same`(token: String) throws {
    let name = GCPName.instance(token: token)
    #expect(name.wholeMatch(of: /[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?/) != nil, "\(name)")
    #expect(name == GCPName.instance(token: token))
    #expect(name != GCPName.instance(token: token + "2"))
    let request = GCPName.requestID(token: token)
    #expect(UUID(uuidString: request) != nil && request == GCPName.requestID(token: token))
    #expect(request != GCPName.requestID(token: token + "2"))
  }

  @Test func `Texts that look alike as labels stay apart`() {
    let labels = ["10.0.0.5:9400", "10_0_0_5_9400", "10-0-0-5:9400", "A", "a"].map(GCPName.label)
    #expect(Set(labels).count == labels.count)
    #expect(labels.allSatisfy(GCPName.isLabel))
    #expect(GCPName.isLabel(GCPName.label(String(repeating: "ä", count: 100))))
    #expect(GCPName.label("gpu-workers_2") == "gpu-workers_2")
  }

  @Test(arguments: [
    "i-0123456789abcdef0", "zone/", "/1", "us-a/0", "us-a/-1", "us-a/1/2", "us-a/x",
  ])
  func `An id that is not Google's is not taken for one`(id: NodeID) {
    #expect(GCPNode(id) == nil)
  }
}
