import Planner
import Ports

extension CloudCalls {
  /// One call whose answer has no end of its own; see `HTTPTransport.stream`. Sent once, and once
  /// more with other credentials when the first are refused.
  func stream(
    _ call: CloudCall, _ receive: @escaping @Sendable ([UInt8]) -> Bool
  ) async throws(ActuateError) {
    try await budgets.budget(for: call).take()
    let first = try await credentials.current().value
    do throws(ActuateError) {
      try await stream(call, with: first, receive)
    } catch {
      guard case .refused(let failure) = error, failure.kind == .auth,
        let second = try? await credentials.renewed(after: first).value, second != first
      else { throw error }
      try await stream(call, with: second, receive)
    }
  }

  private func stream(
    _ call: CloudCall, with credential: Credential,
    _ receive: @escaping @Sendable ([UInt8]) -> Bool
  ) async throws(ActuateError) {
    let reply: HTTPResponse
    do throws(TransportError) {
      reply = try await transport.stream(sign(call, credential), receive)
    } catch {
      throw CloudVerdict.error(error, mutating: call.mutates)
    }
    try CloudVerdict.check(reply, of: call, fault: fault(reply))
  }
}
