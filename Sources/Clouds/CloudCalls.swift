import FleetModel
import Foundation
import Planner
import Ports

/// Sends calls to one cloud: paces them, proves who asks, repeats those that only look.
///
/// A call that changes something is sent once; its failures go to the executor, which alone decides
/// what is repeated. Only a refusal of the credentials, which has no effect, is answered here: by
/// fetching new ones, and asking once more when they are others.
struct CloudCalls<Credential: Sendable & Equatable>: Sendable {
  let transport: any HTTPTransport
  let credentials: CredentialCache<Credential>
  let time: any TimeSource
  /// The real time, for the clock skew (DECISIONS 33).
  let wallClock: any TimeSource
  let jitter: Jitter
  let budgets: CallBudgets
  /// Adds the proof of who asks to a call.
  let sign: @Sendable (CloudCall, Credential) -> HTTPRequest
  /// What an answer that is no success says; nil when it is one, or says nothing readable.
  let fault: @Sendable (HTTPResponse) -> CloudFault?
  /// Until when changes may leave: of the act these calls are made for.
  var permit = SendPermit.always
  /// Told of every answer, refusals included.
  var heard: @Sendable (HTTPResponse) -> Void = { _ in }

  struct Reply<Value: Sendable>: Sendable {
    var value: Value
    var response: HTTPResponse
    /// The cloud's clock less ours.
    var clockSkew: Duration?
  }

  /// One call and its answer, a success.
  func send(_ call: CloudCall) async throws(ActuateError) -> Reply<[UInt8]> {
    try await repeating(call) { response in response.body }
  }

  /// One call and its answer, read from JSON.
  func send<Value: Decodable & Sendable>(
    _ call: CloudCall, as type: Value.Type
  ) async throws(ActuateError) -> Reply<Value> {
    try await repeating(call) { response in
      try? JSONDecoder().decode(type, from: Data(response.body))
    }
  }

  /// One call and its answer, read by `read`; nil from it means unreadable.
  func repeating<Value: Sendable>(
    _ call: CloudCall, _ read: (HTTPResponse) -> Value?
  ) async throws(ActuateError) -> Reply<Value> {
    var wait = Jitter.base
    var attempt = 1
    while true {
      do throws(ActuateError) {
        return try await sendOnce(call, read)
      } catch {
        guard case .retryLater(let after, _) = error, !call.mutates,
          attempt < CallBudgets.attempts, (after ?? .zero) <= Jitter.cap, !Task.isCancelled
        else { throw error }
        attempt += 1
        wait = max(jitter.wait(after: wait), after ?? .zero)
      }
      do { try await time.sleep(for: wait) } catch {
        throw .retryLater(after: nil, CallBudget.cancelled)
      }
    }
  }

  private func sendOnce<Value: Sendable>(
    _ call: CloudCall, _ read: (HTTPResponse) -> Value?
  ) async throws(ActuateError) -> Reply<Value> {
    let budget = budgets.budget(for: call)
    try await budget.take()
    do throws(ActuateError) {
      let sentAt = wallClock.now()
      let response = try await exchange(call)
      let middle = sentAt.advanced(by: wallClock.now().duration(since: sentAt) / 2)
      guard let value = read(response) else { throw CloudVerdict.unreadable(call) }
      // The header has whole seconds, cut; on average it is half a second behind.
      let skew = response.header("Date").flatMap(Timestamp.init(httpDate:)).map {
        $0.advanced(by: .milliseconds(500)).duration(since: middle)
      }
      return Reply(value: value, response: response, clockSkew: skew)
    } catch {
      if case .retryLater(_, let failure) = error, failure.kind == .throttled { budget.drain() }
      throw error
    }
  }

  private func exchange(_ call: CloudCall) async throws(ActuateError) -> HTTPResponse {
    let first = try await credentials.current().value
    let reply = try await transmit(call, with: first)
    do throws(ActuateError) {
      try CloudVerdict.check(reply, of: call, fault: fault(reply))
      return reply
    } catch {
      guard case .refused(let failure) = error, failure.kind == .auth,
        let second = try? await credentials.renewed(after: first).value, second != first
      else { throw error }
      let again = try await transmit(call, with: second)
      try CloudVerdict.check(again, of: call, fault: fault(again))
      return again
    }
  }

  private func transmit(
    _ call: CloudCall, with credential: Credential
  ) async throws(ActuateError) -> HTTPResponse {
    var request = sign(call, credential)
    request.permit = call.permit(under: permit)
    // Here so that no connection is made in vain; the transport looks again, last of all.
    if let lateness = request.permit?.lateness() { throw .tooLate(lateness) }
    do throws(TransportError) {
      let response = try await transport.send(request)
      heard(response)
      return response
    } catch {
      throw CloudVerdict.error(error, mutating: call.mutates)
    }
  }
}

/// One bucket a kind of call, well below what a cloud lets an account do, which other programs use
/// too.
struct CallBudgets: Sendable {
  let looks: CallBudget
  let changes: CallBudget
  let makes: CallBudget

  /// In all, for calls that only look.
  static let attempts = 3

  /// The standard numbers suit EC2 (20/s describe, 5/s change, 2/s launch) and clouds that allow
  /// more; give others their own.
  init(
    looks: (burst: Int, perSecond: Double) = (20, 5),
    changes: (burst: Int, perSecond: Double) = (10, 2),
    makes: (burst: Int, perSecond: Double) = (5, 1), time: any TimeSource
  ) {
    self.looks = CallBudget(burst: looks.burst, perSecond: looks.perSecond, time: time)
    self.changes = CallBudget(burst: changes.burst, perSecond: changes.perSecond, time: time)
    self.makes = CallBudget(burst: makes.burst, perSecond: makes.perSecond, time: time)
  }

  func budget(for call: CloudCall) -> CallBudget {
    switch call.effect {
    case .look: looks
    case .change, .undo: changes
    case .make: makes
    }
  }
}
