public import FleetModel
public import Planner

/// How the controller is doing, for /readyz, /metrics and the overview page.
public actor Health {
  public private(set) var epoch: Int64?
  public private(set) var storeError: String?
  public private(set) var plan: Plan?
  public private(set) var snapshot: Snapshot?
  /// How long the last passes of the loop took, newest last; at most a thousand.
  public private(set) var recentTicks: [Duration] = []
  private var cloudErrors: [CloudName: String] = [:]
  private var targetErrors: [Target: String] = [:]

  public init() {}

  public var isLeading: Bool { epoch != nil }
  public var clouds: [(CloudName, String)] { cloudErrors.sorted { $0.key < $1.key } }
  public var targets: [(Target, String)] { targetErrors.sorted { $0.key < $1.key } }

  func led(epoch: Int64) { self.epoch = epoch }
  func followed() { epoch = nil }
  func store(_ error: String?) { storeError = error }
  func listed(_ cloud: CloudName, error: String?) { cloudErrors[cloud] = error }
  func scraped(_ target: Target, took: Duration) { targetErrors[target] = nil }
  func scrapeFailed(_ target: Target, _ error: String) { targetErrors[target] = error }
  func reconciled(_ plan: Plan, snapshot: Snapshot, took: Duration) {
    self.plan = plan
    self.snapshot = snapshot
    recentTicks = (recentTicks + [took]).suffix(1000)
    storeError = nil
  }
}
