import Ports
import TestSupport

/// A page as somebody's browser or Prometheus would get it.
enum Web {
  static func get(_ url: String) async throws -> (status: Int, text: String) {
    let answer = try await LoopbackClient().send(HTTPRequest(method: "GET", url: url))
    return (answer.status, String(decoding: answer.body, as: UTF8.self))
  }
}
