import FleetModel
import Ports

/// What made-up callers of a demo's clouds bring.
public enum DemoKeys {
  public static let gcpRefreshToken = "1//demo-refresh-token"
  public static let azureTenant = "22222222-2222-4222-8222-222222222222"
  public static let azureSubscription = "11111111-1111-4111-8111-111111111111"
  public static let azureClient = "33333333-3333-4333-8333-333333333333"
  public static let azureSecret = "demo-secret-of-no-use-elsewhere"
  public static let kubernetes = "demo-kubernetes-token"
  public static let runpod = "rpa_demo"
  public static let huggingFace = "hf_demo"
  public static let replicate = "r8_demo"
}

/// When machines of different clouds fall idle: so far apart that they do not look like one broken
/// sensor, which finops would wait half an hour for.
private enum Quiet {
  static let first: Duration? = .zero
  static let second: Duration? = .minutes(3)
  static let third: Duration? = .minutes(6)
}

extension DemoClouds {
  /// Puts a small fleet into one cloud.
  func furnish(_ kind: DemoCloud) async throws(DemoError) {
    switch kind {
    case .aws: break
    case .gcp: try await furnishGCP()
    case .azure: try await furnishAzure()
    case .kubernetes: furnishKubernetes()
    case .runpod: try await furnishRunPod()
    case .huggingface: huggingFace.add("llama", replicas: 1...4, tags: [])
    case .replicate: replicate.add("flux", instances: 5...6)
    }
  }

  /// A group one machine short and an inference component at zero, in a demo's AWS.
  public func furnish(_ cloud: FakeEC2) {
    apps.join(cloud)
    cloud.add(
      group: "batch", type: "g6e.xlarge", bounds: 0...8, desired: 1, tags: [Tag.fleet: fleet])
    apps.add(
      endpoint: "assistant", [.init("AllTraffic", model: nil, managed: 1...4)],
      tags: [Tag.fleet: fleet])
    apps.add(component: "assistant-8b", on: "assistant", "AllTraffic", copies: 0)
  }

  private var yesterday: Timestamp { time.now().advanced(by: .zero - .days(1)) }

  private func furnishGCP() async throws(DemoError) {
    gcp.trust([DemoKeys.gcpRefreshToken])
    let pool: PoolName = "gcp-dev"
    let since = yesterday
    for (name, works) in [("notebook-1", Quiet.first), ("notebook-2", nil)] {
      try await stand(
        name, "g2-standard-8", works: works, pool: pool,
        isUp: { [gcp] in gcp.status(of: $0) == "RUNNING" },
        put: { target in
          gcp.add(
            name: name, type: "g2-standard-8",
            labels: [Tag.fleet: fleet, Tag.pool: pool.rawValue], metadata: [Tag.target: target],
            since: since)
        })
    }
    _ = gcp.addGroup("chat", size: 1, labels: [Tag.fleet: fleet])
  }

  private func furnishAzure() async throws(DemoError) {
    azure.accept(client: DemoKeys.azureClient, secret: DemoKeys.azureSecret)
    let pool: PoolName = "azure-dev"
    let since = yesterday
    for (name, works) in [("bench-1", Quiet.second), ("bench-2", nil)] {
      try await stand(
        name, "Standard_NC24ads_A100_v4", works: works, pool: pool,
        isUp: { [azure] in azure.power(of: $0) == "running" },
        put: { target in
          azure.add(
            name, group: "ml", type: "Standard_NC24ads_A100_v4",
            tags: [Tag.fleet: fleet, Tag.pool: pool.rawValue, Tag.target: target], since: since)
        })
    }
    _ = azure.addScaleSet(
      "embed", group: "ml", type: "Standard_NC24ads_A100_v4", capacity: 3,
      tags: [Tag.fleet: fleet])
  }

  private func furnishKubernetes() {
    kubernetes.accept(tokens: [DemoKeys.kubernetes])
    for number in 1...2 {
      kubernetes.add(
        FakeKubernetes.Machine("gpu-\(number)", labels: [Tag.fleet: fleet]), createdAt: yesterday)
    }
    kubernetes.add(deployment: "chat", replicas: 1, labels: [Tag.fleet: fleet])
  }

  private func furnishRunPod() async throws(DemoError) {
    let since = yesterday
    try await stand(
      "sketch", "NVIDIA L4", works: Quiet.third, pool: "runpod-dev",
      isUp: { [runpod] in runpod.status(of: $0) == "RUNNING" },
      put: { target in
        runpod.addPod(
          name: "sketch",
          env: [
            "FINOPS_FLEET": fleet, "FINOPS_POOL": "runpod-dev", "FINOPS_TARGET": target,
          ], since: since)
      })
    runpod.addEndpoint("turbo", workers: 0...3)
    runpod.setJobs("turbo", waiting: 3, running: 0)
  }
}
