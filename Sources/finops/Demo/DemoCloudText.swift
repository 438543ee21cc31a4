import DemoFleet
import FleetModel
import Foundation

/// What a demo's settings say of its clouds beside AWS: the lines a person could have written.
struct DemoCloudText: Sendable {
  var places: [DemoCloudPlace]
  /// Whether AWS is among the demo's clouds.
  var hasAWS: Bool
  /// Where the made-up keys are.
  var folder: String
  /// How many times as fast the fleet's clock runs.
  var speed: Int

  /// Every pool and the cloud it is in; for AWS, of what was put there for demos of many clouds.
  var pools: [(name: PoolName, cloud: DemoCloud, rest: String)] {
    Self.all.filter { pool in
      pool.cloud == .aws ? hasAWS : places.contains { $0.cloud == pool.cloud }
    }
  }

  /// In each cloud a number is off, or something is idle: see `DemoClouds`.
  private static let all: [(name: PoolName, cloud: DemoCloud, rest: String)] = [
    ("aws-batch", .aws, "kind: batch, match: {cloud: aws, workload: asg/batch}, nodes: 2..8"),
    (
      "aws-assistant", .aws,
      "kind: serving, match: {cloud: aws, workload: sagemaker-ic/assistant-8b}, nodes: 1..4"
    ),
    ("gcp-dev", .gcp, idle("gcp")),
    (
      "gcp-chat", .gcp,
      "kind: serving, match: {cloud: gcp, workload: mig/us-central1-a/chat}, nodes: 2..4"
    ),
    ("azure-dev", .azure, idle("azure")),
    (
      "azure-embed", .azure,
      "kind: serving, match: {cloud: azure, workload: vmss/ml/embed}, nodes: 0..2"
    ),
    (
      "k8s-chat", .kubernetes,
      "kind: serving, match: {cloud: kubernetes, workload: deployment/default/chat}, nodes: 2..4"
    ),
    ("runpod-dev", .runpod, idle("runpod")),
    (
      "runpod-turbo", .runpod,
      "kind: serving, match: {cloud: runpod, workload: serverless/turbo}, nodes: 0..3"
    ),
    (
      "hf-llama", .huggingface,
      "kind: serving, match: {cloud: huggingface, workload: acme/llama}, nodes: 2..4"
    ),
    (
      "replicate-flux", .replicate,
      "kind: serving, match: {cloud: replicate, workload: acme/flux}, nodes: 0..4"
    ),
  ]

  private static func idle(_ cloud: String) -> String {
    "kind: dev, match: {cloud: \(cloud), tags: {\(Tag.pool): \(cloud)-dev}}, nodes: 0..8, "
      + "idle_duration: 5m, local_disks: lost"
  }

  var poolLines: [String] { pools.map { "  - {name: \($0.name), \($0.rest)}" } }

  /// The fleet's clock runs fast, how often a cloud may be asked does not: a sweep of some takes
  /// seconds, which are minutes here.
  var paceLines: [String] {
    let (every, age) = (min(3_600, max(30, 2 * speed)), max(90, 12 * speed))
    return [
      "inventory_every: \(every)s",
      "thresholds: {inventory_age: \(age)s, decision_lifetime: \(max(60, 4 * speed))s}",
    ]
  }

  /// What no price list of ours has; the fake's own numbers.
  var priceLines: [String] {
    let all: [(cloud: DemoCloud, line: String)] = [
      (.runpod, "  - {cloud: runpod, type: NVIDIA L4, hourly: $0.39/h}"),
      (.runpod, "  - {cloud: runpod, type: ADA_24, hourly: $0.69/h}"),
      (.kubernetes, "  - {cloud: kubernetes, type: g5.12xlarge, hourly: $5.672/h}"),
    ]
    return all.filter { price in places.contains { $0.cloud == price.cloud } }.map(\.line)
  }

  var cloudLines: [String] { places.map { "  \($0.cloud.rawValue): {\(entry(of: $0))}" } }

  private func entry(of place: DemoCloudPlace) -> String {
    let common = "type: \(place.cloud.rawValue)"
    let end = "endpoint: '\(place.endpoint)'"
    return switch place.cloud {
    case .aws: common
    case .gcp:
      "\(common), \(end), project: demo-project, zones: [us-central1-a], "
        + "credentials_file: \(file("demo-gcp.json"))"
    case .azure:
      "\(common), \(end), subscription: \(DemoKeys.azureSubscription), regions: [eastus], "
        + "login: {tenant: \(DemoKeys.azureTenant), client_id: \(DemoKeys.azureClient), "
        + "client_secret: {file: \(file("demo-azure-secret"))}}"
    case .kubernetes: "\(common), kubeconfig: \(file("demo-kubeconfig"))"
    case .runpod: "\(common), \(end), token: {file: \(file("demo-runpod-token"))}"
    case .huggingface:
      "\(common), \(end), namespace: acme, token: {file: \(file("demo-huggingface-token"))}"
    case .replicate: "\(common), \(end), token: {file: \(file("demo-replicate-token"))}"
    }
  }

  private func file(_ name: String) -> String {
    "'" + (folder + "/" + name).replacing("'", with: "''") + "'"
  }

  /// Writes what the entries name; none of it opens anything but the demo.
  func writeKeys() throws {
    let texts = [
      "demo-gcp.json": """
      {"type": "authorized_user", "client_id": "demo", "client_secret": "demo", \
      "refresh_token": "\(DemoKeys.gcpRefreshToken)"}
      """,
      "demo-azure-secret": DemoKeys.azureSecret, "demo-runpod-token": DemoKeys.runpod,
      "demo-huggingface-token": DemoKeys.huggingFace, "demo-replicate-token": DemoKeys.replicate,
      "demo-kubeconfig": kubeconfig,
    ]
    for (name, text) in texts { try DemoSettings.write(text, to: folder + "/" + name) }
  }

  private var kubeconfig: String {
    let server = places.first { $0.cloud == .kubernetes }?.endpoint ?? ""
    return """
      apiVersion: v1
      kind: Config
      current-context: demo
      clusters: [{name: demo, cluster: {server: '\(server)'}}]
      users: [{name: demo, user: {token: '\(DemoKeys.kubernetes)'}}]
      contexts: [{name: demo, context: {cluster: demo, user: demo}}]

      """
  }
}
