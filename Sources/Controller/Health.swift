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

  /// Another controller is known to lead.
  public private(set) var isFollowing = false
  /// When a plan was last stored; a machine that sleeps ages with it.
  public private(set) var storedAt: ContinuousClock.Instant?
  /// When a target or a cloud last answered.
  public private(set) var heardAt = ContinuousClock.now
  /// When a cloud was last listed.
  public private(set) var listedAt: ContinuousClock.Instant?
  /// When the loop that takes and renews the lease last turned.
  public private(set) var turnedAt = ContinuousClock.now
  /// Targets to be heard.
  public private(set) var watched = 0

  public init() {}

  public var isLeading: Bool { epoch != nil }
  public var clouds: [(CloudName, String)] { cloudErrors.sorted { $0.key < $1.key } }
  public var targets: [(Target, String)] { targetErrors.sorted { $0.key < $1.key } }

  func led(epoch: Int64) { (self.epoch, isFollowing) = (epoch, false) }
  func followed() { epoch = nil }
  func followsAnother(_ follows: Bool) {
    // Who followed had no cloud to hear. Who gave the lease back for hearing nothing, and took it
    // again because nobody else did, is as deaf as before.
    if isFollowing, !follows { heardAt = .now }
    isFollowing = follows
  }
  func turned() { turnedAt = .now }
  func watches(_ targets: Int) {
    // What is new has not been silent yet.
    if watched == 0 { heardAt = .now }
    watched = targets
  }
  func store(_ error: String?) { storeError = error }
  func listed(_ cloud: CloudName, error: String?) {
    cloudErrors[cloud] = error
    guard error == nil else { return }
    listedAt = .now
    heardAt = .now
  }
  func scraped(_ target: Target, took: Duration) {
    targetErrors[target] = nil
    heardAt = .now
  }
  func scrapeFailed(_ target: Target, _ error: String) { targetErrors[target] = error }
  func reconciled(_ plan: Plan, snapshot: Snapshot, took: Duration) {
    self.plan = plan
    self.snapshot = snapshot
    storedAt = .now
    recentTicks = (recentTicks + [took]).suffix(1000)
    storeError = nil
  }
}
