public import FleetModel
public import Planner
public import Ports
import Synchronization

/// Azure's virtual machines as nodes and its scale sets as workloads, in one subscription.
///
/// Looks are repeated here, at most three times; changes are sent once. A machine is named after
/// the action's token and made with `If-None-Match: *`, so that asking twice makes one; the other
/// calls name a machine and a state, or an absolute number. A change is looked after until its end
/// or a limit (`patience`): capacity is often refused only then.
public struct AzureActuator: Actuator {
  public let cloud: CloudName
  let place: AzurePlace
  let fleet: String
  let pools: [[String: String]]
  let login: AzureLogin?
  var calls: AzureCalls
  let types: AzureTypes
  let named: Set<WorkloadID>
  let members: KnownMembers
  let patience: Patience

  /// How long an act waits for the end of what it began. Past it the receipt says that it is under
  /// way, and the next inventory how it ended.
  public struct Patience: Sendable, Hashable {
    /// Of a launch or a start, whose capacity may be refused after a minute or two.
    public var growing: Duration
    public var shrinking: Duration
    public init(growing: Duration = .minutes(3), shrinking: Duration = .seconds(20)) {
      self.growing = growing
      self.shrinking = shrinking
    }
  }

  /// - Parameters:
  ///   - resourceGroups: only these are looked at; the whole subscription when empty. With groups
  ///     each machine's state is asked singly, at most 200 of them; the subscription's comes as one
  ///     list.
  ///   - locations: only these regions; all when empty.
  ///   - launchGroup: the resource group new machines are made in; the first of `resourceGroups`
  ///     when nil. Without either, nothing is launched.
  ///   - endpoint: an absolute URL without a path; nil for the public cloud.
  ///   - fleet: the value of the tag `finops-fleet`.
  ///   - pools: tags of nodes that are listed too though they lack the fleet's tag; each entry is
  ///     one pool's, and a node must have all of its tags.
  ///   - login: for images that need an administrator; nil for specialised images, which have one.
  ///   - sets: the scale sets that pools name, "vmss/GROUP/NAME": their instances leave through
  ///     these and no others.
  ///   - time: paces and waits.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real (DECISIONS 33).
  public init(
    cloud: CloudName, subscription: String, resourceGroups: [String] = [],
    locations: [Region] = [], launchGroup: String? = nil, endpoint: String? = nil,
    credentials: CredentialCache<AzureToken>, fleet: String, pools: [[String: String]] = [],
    login: AzureLogin? = nil, sets named: Set<WorkloadID> = [],
    patience: Patience = Patience(), transport: any HTTPTransport,
    time: any TimeSource, wallClock: (any TimeSource)? = nil,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.cloud = cloud
    self.fleet = fleet
    self.pools = pools.filter { !$0.isEmpty }
    self.login = login
    self.patience = patience
    place = AzurePlace(
      groups: resourceGroups, locations: locations, launchGroup: launchGroup ?? resourceGroups.first
    )
    let requests = AzureRequests(
      endpoint: AzurePlace.root(endpoint ?? AzurePlace.publicCloud), subscription: subscription)
    calls = AzureCalls(
      CloudCalls(
        transport: transport, credentials: credentials, time: time, wallClock: wallClock ?? time,
        jitter: Jitter(generator), budgets: CallBudgets(time: time),
        sign: { Self.signed($0, $1) }, fault: { AzureFault.read($0) }), requests, time: time)
    types = AzureTypes(calls: calls, time: time)
    // Azure compares names without case.
    self.named = Set(named.map { AzureName($0)?.workload ?? $0 })
    members = KnownMembers()
  }

  private static func signed(_ call: CloudCall, _ token: AzureToken) -> HTTPRequest {
    var request = call.request
    request.headers.append(HTTPField("Authorization", "Bearer " + token.bearer.reveal()))
    return request
  }

  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    var act = self
    act.calls.calls.permit = permit
    return try await act.perform(action)
  }

  private func perform(_ action: Action) async throws(ActuateError) -> Receipt {
    switch action.intent {
    case .launch: return try await launch(action)
    case .start: return try await start(try target(of: action))
    case .stop: return try await stop(try target(of: action))
    case .terminate: return try await terminate(try target(of: action))
    case .scaleUp, .scaleDown: return try await scale(action)
    case .keep, .unload: throw CloudVerdict.unsupported(action.intent, in: .azure)
    }
  }

  private func target(of action: Action) throws(ActuateError) -> AzureName {
    guard let node = action.node else {
      throw CloudVerdict.wrong("NoNode", "nothing says which node to \(action.intent.rawValue)")
    }
    guard let name = AzureName(node) else { throw Self.unknown(node) }
    return name
  }

  static func unknown(_ node: NodeID) -> ActuateError {
    .refused(
      ActFailure(
        kind: .notFound, code: "ResourceNotFound", message: "\(node) is no “group/machine” of Azure"
      ))
  }
}

/// Which part of a subscription is looked at.
struct AzurePlace: Sendable, Hashable {
  var groups: [String]
  var locations: Set<Region>
  var launchGroup: String?

  static let publicCloud = "https://management.azure.com"

  init(groups: [String], locations: [Region], launchGroup: String?) {
    self.groups = groups
    self.locations = Set(locations.map { AzureRegion.named($0.rawValue) })
    self.launchGroup = launchGroup
  }

  /// nil alone: the whole subscription.
  var lists: [String?] { groups.isEmpty ? [nil] : groups }

  func has(_ region: Region) -> Bool { locations.isEmpty || locations.contains(region) }

  /// Without the slash at its end.
  static func root(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }
}

/// Which nodes were listed as instances of a scale set.
final class KnownMembers: Sendable {
  private let nodes = Mutex<Set<NodeID>>([])
  func replace(with nodes: Set<NodeID>) { self.nodes.withLock { $0 = nodes } }
  func contains(_ node: NodeID) -> Bool { nodes.withLock { $0.contains(node) } }
}
