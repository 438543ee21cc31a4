import FleetModel
import Planner
import Ports

/// What every service of one account is called with.
struct AWSAccount: Sendable {
  var credentials: CredentialCache<AWSCredentials>
  /// An absolute URL that serves every service, "http://127.0.0.1:5000"; nil for AWS's own.
  var endpoint: String?
  var transport: any HTTPTransport
  /// Paces and waits.
  var time: any TimeSource
  /// The real time, for the clock skew (DECISIONS 33).
  var wallClock: any TimeSource
  var jitter: Jitter
  /// What time it is there.
  var clock = AWSClock()
}

/// Speaks to one service in one region: writes the request, paces and signs it, reads what the
/// answer means. Looks are repeated here; what changes something is sent once.
struct AWSCalls: Sendable {
  typealias Reply<Value: Sendable> = CloudCalls<AWSCredentials>.Reply<Value>
  /// Where a code of this service alone belongs; nil for what all services share.
  typealias Kinds = @Sendable (_ code: String, _ message: String) -> ActFailure.Kind?

  let service: AWSService
  let region: Region
  private let url: String
  private var calls: CloudCalls<AWSCredentials>

  /// Until when changes may leave: of the act these calls are made for.
  var permit: SendPermit {
    get { calls.permit }
    set { calls.permit = newValue }
  }

  init(
    _ service: AWSService, of account: AWSAccount, in region: Region,
    budgets: CallBudgets? = nil, kinds: @escaping Kinds = { _, _ in nil }
  ) {
    self.service = service
    self.region = region
    url = service.url(in: region, endpoint: account.endpoint)
    calls = CloudCalls(
      transport: account.transport, credentials: account.credentials, time: account.time,
      wallClock: account.wallClock, jitter: account.jitter,
      budgets: budgets ?? CallBudgets(time: account.time),
      sign: { call, credentials in
        service.signed(
          call, in: region, by: credentials, at: account.clock.correction(to: account.wallClock))
      },
      fault: { reply in AWSVerdict.fault(of: reply, kinds) },
      heard: { account.clock.heard($0, by: account.wallClock) })
  }

  /// One call and its answer, decoded from the service's own form.
  func send<Value: Decodable & Sendable>(
    _ call: AWSCall, as type: Value.Type
  ) async throws(ActuateError) -> Reply<Value> {
    let wire = service.wire
    return try await calls.repeating(request(call)) { reply in
      AWSDocument.decode(type, from: reply.body, wire)
    }
  }

  /// One call whose answer says nothing but that it succeeded.
  func send(_ call: AWSCall) async throws(ActuateError) -> Reply<[UInt8]> {
    try await calls.send(request(call))
  }

  /// An answer that can be decoded, but does not hold what was asked for.
  func unreadable(_ call: AWSCall, _ detail: String = "") -> ActuateError {
    CloudVerdict.unreadable(request(call), detail)
  }

  private func request(_ call: AWSCall) -> CloudCall { service.call(call, to: url) }
}

extension AWSService {
  /// The request with proof of who asks; libcurl makes it, with the machine's clock, unless that is
  /// known to be off: then we do, with AWS's own.
  func signed(
    _ call: CloudCall, in region: Region, by credentials: AWSCredentials,
    at moment: Timestamp? = nil
  ) -> HTTPRequest {
    var request = call.request
    let ours = moment.flatMap {
      AWSSignature(
        service: signingName, region: region, credentials: credentials, moment: $0
      ).signed(request)
    }
    if let ours { return ours }
    request.signing = .awsSigV4(
      service: signingName, region: region, credentials: credentials)
    return request
  }
}
