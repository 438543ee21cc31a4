import FleetModel
import Planner
import Ports

/// Sends calls to one region's EC2: paces them, signs them, repeats those that only look.
struct EC2Calls: Sendable {
  let endpoint: String
  let region: Region
  let credentials: @Sendable () async throws(ActuateError) -> AWSCredentials
  let transport: any HTTPTransport
  let time: any TimeSource
  let jitter: Jitter
  /// One bucket a kind of call, well below the account's own (EC2 API throttling: 20/s describe,
  /// 5/s change, 2/s launch), which other programs use too.
  let reads: CallBudget
  let changes: CallBudget
  let launches: CallBudget

  /// In all, for calls that only look.
  static let attempts = 3

  init(
    endpoint: String, region: Region,
    credentials: @escaping @Sendable () async throws(ActuateError) -> AWSCredentials,
    transport: any HTTPTransport, time: any TimeSource, jitter: Jitter
  ) {
    self.endpoint = endpoint
    self.region = region
    self.credentials = credentials
    self.transport = transport
    self.time = time
    self.jitter = jitter
    reads = CallBudget(burst: 20, perSecond: 5, time: time)
    changes = CallBudget(burst: 10, perSecond: 2, time: time)
    launches = CallBudget(burst: 5, perSecond: 1, time: time)
  }

  struct Reply<Value: Sendable>: Sendable {
    var value: Value
    /// When the cloud says it answered.
    var date: Timestamp?
  }

  /// One call and its decoded answer.
  func send<Value: Decodable & Sendable>(
    _ call: EC2Call, as type: Value.Type
  ) async throws(ActuateError) -> Reply<Value> {
    var wait = Jitter.base
    var attempt = 1
    while true {
      do throws(ActuateError) {
        return try await sendOnce(call, as: type)
      } catch {
        guard case .retryLater(let after, _) = error, !call.mutates, attempt < Self.attempts,
          (after ?? .zero) <= Jitter.cap, !Task.isCancelled
        else { throw error }
        attempt += 1
        wait = max(jitter.wait(after: wait), after ?? .zero)
      }
      do { try await time.sleep(for: wait) } catch {
        throw .retryLater(after: nil, CallBudget.cancelled)
      }
    }
  }

  private func sendOnce<Value: Decodable & Sendable>(
    _ call: EC2Call, as type: Value.Type
  ) async throws(ActuateError) -> Reply<Value> {
    let budget = budget(of: call)
    try await budget.take()
    do throws(ActuateError) {
      let reply = try await exchange(call, with: try await credentials())
      let body = try EC2Verdict.body(of: reply, mutating: call.mutates)
      guard let value = EC2Document.decode(type, from: body) else {
        throw EC2Verdict.unreadable(call.action, mutating: call.mutates)
      }
      return Reply(value: value, date: reply.header("Date").flatMap(Timestamp.init(httpDate:)))
    } catch {
      if case .retryLater(_, let failure) = error, failure.kind == .throttled { budget.drain() }
      throw error
    }
  }

  /// Sends with these credentials; when they are refused and new ones have come meanwhile, once
  /// more with those. A refusal for its signature has no effect, so this is safe for any call.
  private func exchange(
    _ call: EC2Call, with first: AWSCredentials
  ) async throws(ActuateError) -> HTTPResponse {
    let reply = try await transmit(call, with: first)
    guard reply.status != 200, let code = EC2Document.fault(in: reply.body)?.code,
      EC2Verdict.kind(ofCode: code) == .auth
    else { return reply }
    let second = try await credentials()
    guard second != first else { return reply }
    return try await transmit(call, with: second)
  }

  private func transmit(
    _ call: EC2Call, with credentials: AWSCredentials
  ) async throws(ActuateError) -> HTTPResponse {
    let request = call.request(to: endpoint, region: region, credentials: credentials)
    do throws(TransportError) {
      return try await transport.send(request)
    } catch {
      throw EC2Verdict.error(error, mutating: call.mutates)
    }
  }

  private func budget(of call: EC2Call) -> CallBudget {
    guard call.mutates else { return reads }
    return call.action == "RunInstances" ? launches : changes
  }
}
