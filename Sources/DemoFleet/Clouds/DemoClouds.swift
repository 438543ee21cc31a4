public import FleetModel
public import Ports
import Synchronization

/// The other clouds of a demo: a small fleet in each, on one clock and under one fault plan.
///
/// AWS is `DemoFleet`; what it does not have, a group and an inference component, is put there by
/// `furnish`. In every cloud something is other than a pool would have it: a machine nobody uses,
/// a number below its minimum or above its maximum, jobs that wait where nothing runs.
public final class DemoClouds: Sendable {
  public let gcp: FakeGCP
  public let azure: FakeAzure
  public let kubernetes: FakeKubernetes
  public let runpod: FakeRunPod
  public let huggingFace: FakeHuggingFace
  public let replicate: FakeReplicate
  public let apps: FakeAWSApps
  public let fleet: String
  let time: any TimeSource
  let faults: FaultInjector
  private let kinds: Set<DemoCloud>
  private let stands = Mutex<[DemoStand]>([])

  /// - Parameters:
  ///   - kinds: the clouds that are opened.
  ///   - fleet: the value of `finops-fleet` on all that is ours.
  public init(
    _ kinds: Set<DemoCloud>, fleet: String, time: any TimeSource, faults: FaultInjector
  ) {
    self.kinds = kinds
    self.fleet = fleet
    self.time = time
    self.faults = faults
    gcp = FakeGCP(time: time, faults: faults)
    azure = FakeAzure(time: time, faults: faults)
    kubernetes = FakeKubernetes(time: time, faults: faults)
    runpod = FakeRunPod(time: time, faults: faults)
    huggingFace = FakeHuggingFace(time: time, faults: faults)
    replicate = FakeReplicate(time: time, faults: faults)
    apps = FakeAWSApps(time: time, faults: faults)
  }

  /// Opens what was asked for, in the order of `DemoCloud`; AWS is opened by its own fleet. Throws,
  /// with nothing left open, when a port can not be had.
  public func start() async throws(DemoError) -> [DemoCloudPlace] {
    do throws(DemoError) {
      var places: [DemoCloudPlace] = []
      for kind in DemoCloud.allCases where kinds.contains(kind) && kind != .aws {
        places.append(DemoCloudPlace(cloud: kind, endpoint: try await open(kind)))
        try await furnish(kind)
      }
      return places
    } catch {
      await stop()
      throw error
    }
  }

  /// Closes every port and connection. May be called twice.
  public func stop() async {
    await gcp.stop()
    await azure.stop()
    await kubernetes.stop()
    await runpod.stop()
    await huggingFace.stop()
    await replicate.stop()
    for stand in stands.withLock({ $0 }) { await stand.exporter.stop() }
  }

  /// Where the machines' metrics are, those of AWS aside.
  public var targets: [Target] { stands.withLock { $0.compactMap(\.target) } }

  private func open(_ kind: DemoCloud) async throws(DemoError) -> String {
    switch kind {
    case .aws: ""
    case .gcp: try await gcp.start()
    case .azure: try await azure.start()
    case .kubernetes: try await kubernetes.start()
    case .runpod: try await runpod.start()
    case .huggingface: try await huggingFace.start()
    case .replicate: try await replicate.start()
    }
  }

  /// A machine with an exporter of its own, at work for so long; nil: always. `isUp` asks its cloud,
  /// `put` makes it there.
  func stand(
    _ name: String, _ type: InstanceType, works: Duration?, pool: PoolName,
    isUp: @escaping @Sendable (NodeID) -> Bool, put: (_ target: String) -> NodeID
  ) async throws(DemoError) {
    let number = stands.withLock { $0.count }
    let stand = DemoStand(
      name: name, type: type, pool: pool, number: number,
      worksUntil: works.map { time.now().advanced(by: $0) }, time: time, faults: faults,
      isUp: isUp)
    let target = try await stand.start()
    stands.withLock { $0.append(stand) }
    stand.sit(put(target.rawValue))
  }
}
