import FleetModel
import Planner
import Ports

/// Calls to one API server, and lists that are whole or nothing.
struct KubernetesCalls: Sendable {
  let requests: KubernetesRequests
  var calls: CloudCalls<KubernetesCredential>

  init(
    _ access: KubernetesAccess, transport: any HTTPTransport, time: any TimeSource,
    wallClock: any TimeSource, generator: some RandomNumberGenerator & Sendable
  ) {
    requests = KubernetesRequests(server: access.server)
    let trust = access.tls
    calls = CloudCalls(
      transport: transport, credentials: CredentialCache(time: time, fetch: access.fetch),
      time: time, wallClock: wallClock, jitter: Jitter(generator),
      // kubectl asks 50 a second; a server's fair queueing tells us when that is too much.
      budgets: CallBudgets(
        looks: (50, 20), changes: (40, 20), makes: (10, 5), time: time),
      sign: { call, credential in credential.sign(call, trust) },
      fault: { KubeDocument.fault(in: $0) })
  }

  func send<Value: Decodable & Sendable>(
    _ call: CloudCall, as type: Value.Type
  ) async throws(ActuateError) -> Value {
    try await calls.send(call, as: type).value
  }

  /// The object, or nil when the server does not know it.
  func find<Value: Decodable & Sendable>(
    _ call: CloudCall, as type: Value.Type
  ) async throws(ActuateError) -> Value? {
    do throws(ActuateError) { return try await send(call, as: type) } catch {
      guard case .refused(let failure) = error, failure.kind == .notFound else { throw error }
      return nil
    }
  }

  struct Listing<Item: Sendable>: Sendable {
    var items: [Item] = []
    var version: String = ""
    var clockSkew: Duration?
  }

  /// A listing of half a million objects; past it something there goes round in a circle.
  private static let mostPages = 1000
  /// How often a list may be begun again because its first pages are forgotten.
  private static let mostBeginnings = 3

  /// All pages of one state of the cluster, or an error. A page that is no longer there (410) means
  /// to begin again: what was read belongs to another state.
  func list<Item: Decodable & Sendable>(
    of type: Item.Type, _ page: (String?) -> CloudCall
  ) async throws(ActuateError) -> Listing<Item> {
    for _ in 0..<Self.mostBeginnings {
      do throws(ActuateError) { return try await pages(of: type, page) } catch {
        guard Self.isExpired(error) else { throw error }
      }
    }
    throw Self.endless("the list's pages expire before they are read")
  }

  private func pages<Item: Decodable & Sendable>(
    of type: Item.Type, _ page: (String?) -> CloudCall
  ) async throws(ActuateError) -> Listing<Item> {
    var listing = Listing<Item>()
    var token: String?
    for _ in 0..<Self.mostPages {
      let reply = try await calls.send(page(token), as: KubeList<Item>.self)
      listing.items += reply.value.items ?? []
      listing.version = reply.value.metadata.resourceVersion ?? ""
      listing.clockSkew = reply.clockSkew ?? listing.clockSkew
      guard let next = reply.value.metadata.continue, !next.isEmpty else { return listing }
      guard next != token else { break }
      token = next
    }
    throw Self.endless("the list does not end")
  }

  static func isExpired(_ error: ActuateError) -> Bool {
    guard case .refused(let failure) = error else { return false }
    return failure.code == "Expired" || failure.code == "Gone"
  }

  private static func endless(_ message: String) -> ActuateError {
    .retryLater(after: nil, ActFailure(kind: .unknown, code: "EndlessPages", message: message))
  }
}

/// What proves who asks: a bearer token, a client certificate, or nothing.
struct KubernetesCredential: Sendable, Equatable {
  var token: Secret?
  var identity: HTTPTLS.Identity?

  func sign(_ call: CloudCall, _ trust: HTTPTLS?) -> HTTPRequest {
    var request = call.request
    if let token {
      request.headers.append(HTTPField("Authorization", "Bearer " + token.reveal()))
    }
    request.tls = trust
    if let identity, request.tls != nil { request.tls?.identity = identity }
    return request
  }
}
