import FleetModel

/// One machine of the fake cloud. States that end by themselves end when they are looked at.
struct FakeInstance: Sendable {
  var id: String
  var type: String
  var zone: String
  var image: String
  var spot: Bool
  var reserved: Bool
  var tags: [String: String]
  var clientToken: String
  var privateAddress: String
  var launchedAt: Timestamp
  /// Describe does not know it before.
  var visibleAt: Timestamp
  private var state: InstanceState
  private var next: (state: InstanceState, at: Timestamp)?
  private(set) var terminatedAt: Timestamp?
  /// disableApiStop and disableApiTermination.
  var protections: Set<String> = []
  /// Its root disk is an instance store.
  var isStoreRooted = false
  /// The service that manages it, "ecs.amazonaws.com".
  var managedBy: String?

  init(
    id: String, type: String, zone: String, image: String, spot: Bool = false,
    reserved: Bool = false, tags: [String: String], clientToken: String = "",
    privateAddress: String, launchedAt: Timestamp, visibleAt: Timestamp, state: InstanceState
  ) {
    self.id = id
    self.type = type
    self.zone = zone
    self.image = image
    self.spot = spot
    self.reserved = reserved
    self.tags = tags
    self.clientToken = clientToken
    self.privateAddress = privateAddress
    self.launchedAt = launchedAt
    self.visibleAt = visibleAt
    self.state = state
  }

  func state(at moment: Timestamp) -> InstanceState {
    guard let next, next.at <= moment else { return state }
    return next.state
  }

  /// Takes a state that ends in another one after `lag`.
  mutating func turn(
    _ now: InstanceState, then end: InstanceState, after lag: Duration, at moment: Timestamp
  ) {
    state = now
    next = (end, moment.advanced(by: lag))
    if now == .pending { launchedAt = moment }
    if now == .shuttingDown { terminatedAt = moment.advanced(by: lag) }
  }
}

extension InstanceState {
  /// EC2's number for the state (InstanceState.Code).
  var code: Int {
    switch self {
    case .pending: 0
    case .running: 16
    case .shuttingDown: 32
    case .terminated: 48
    case .stopping: 64
    case .stopped: 80
    }
  }
}
