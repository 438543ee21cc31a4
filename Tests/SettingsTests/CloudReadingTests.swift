import CostModel
import FleetModel
import Planner
import Testing

@testable import Settings

@Suite("Cloud accounts")
struct CloudReadingTests {
  static func settings(_ clouds: String, pools: String = "") throws -> Settings {
    try Settings.parse(
      text: "version: 1\nfleet: {name: f}\nclouds:\n\(clouds)\n\(pools)",
      file: "/etc/finops/finops.yaml"
    ).get()
  }

  @Test("every type is read with its own keys")
  func types() throws {
    let clouds = try Self.settings(
      """
        a: {type: aws, regions: [us-east-1], interruption_queue: "https://sqs.example.com/1/q"}
        b: {type: gcp, project: acme, zones: [us-central1-b, us-central1-a, europe-west4-a]}
        c: {type: azure, subscription: s-1, regions: [eastus], resource_groups: [ml]}
        d: {type: kubernetes, kubeconfig: kube.yaml, context: prod, namespaces: [chat]}
        e: {type: runpod, token: {env: RUNPOD_API_KEY}}
        f: {type: huggingface, namespace: acme}
        g: {type: replicate, endpoint: "http://127.0.0.1:1/"}
        h: {type: modal, functions: [chat/serve], environment: main}
      """
    ).clouds
    #expect(clouds.map(\.kind) == Settings.Cloud.Kind.allCases)
    #expect(clouds[0].queue == "https://sqs.example.com/1/q")
    #expect(clouds[1].regions == ["europe-west4", "us-central1"])
    #expect(clouds[2].groups == ["ml"])
    #expect(clouds[3].kubeconfig == "/etc/finops/kube.yaml")
    #expect(clouds[3].profile == "prod")
    #expect(clouds[4].token == .environment("RUNPOD_API_KEY"))
    #expect(clouds[5].account == "acme")
    #expect(clouds[6].endpoint == "http://127.0.0.1:1")
    #expect(clouds[7].functions == ["chat/serve"])
  }

  @Test("a pool counted by a workload owns no nodes, and does not take those of others")
  func workload() throws {
    let settings = try Self.settings(
      "  k: {type: kubernetes}",
      pools: """
        collectors: [{type: dcgm, targets: ["a:9400"]}]
        pools:
          - {name: chat, kind: serving, match: {workload: deployment/default/chat}, nodes: 0..4}
          - {name: rest, kind: batch}

        """)
    #expect(settings.warnings.isEmpty)
    #expect(settings.pools[0].match.workload == "deployment/default/chat")
  }

  @Test("prices of a kind of cloud are known under every account's name")
  func prices() throws {
    let settings = try Self.settings(
      "  prod: {type: aws, regions: [us-east-1]}\n  test: {type: aws, regions: [us-east-1]}")
    let price = Price(
      cloud: "aws", type: "g5.xlarge", hourly: HourlyRate(perHour: .dollars(1)), source: "t",
      asOf: "2026-11-21")
    let other = Price(
      cloud: "gcp", type: "g2-standard-4", hourly: HourlyRate(perHour: .dollars(1)), source: "t",
      asOf: "2026-11-21")
    let book = settings.rulebook(embedded: [price, other]).prices
    #expect(book.prices.map(\.cloud) == ["gcp", "prod", "test"])
  }
}
