import Foundation
import Ports
import Synchronization

/// Passes everything on and keeps it, for a judge to read.
final class RecordingTransport: HTTPTransport {
  private let transport: any HTTPTransport
  private let kept = Mutex<[Exchange]>([])

  struct Exchange: Sendable {
    var request: HTTPRequest
    var reply: HTTPResponse
  }

  init(_ transport: any HTTPTransport) { self.transport = transport }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let reply = try await transport.send(request)
    kept.withLock { $0.append(Exchange(request: request, reply: reply)) }
    // Adapters here live in virtual time, servers in the real one: who hears both would think that
    // its clock is days off.
    var heard = reply
    heard.headers.removeAll { $0.name.lowercased() == "date" }
    return heard
  }

  var exchanges: [Exchange] { kept.withLock { $0 } }

  /// One JSON object a line: method, path, query, body, status, headers, answer.
  var lines: String {
    exchanges.map { exchange in
      let (request, reply) = (exchange.request, exchange.reply)
      let url = URLComponents(string: request.url)
      let fields: [String: Any] = [
        "method": request.method, "path": url?.percentEncodedPath ?? "",
        "query": url?.percentEncodedQuery ?? "",
        "body": String(decoding: request.body, as: UTF8.self), "status": reply.status,
        "headers": Dictionary(
          reply.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }),
        "answer": String(decoding: reply.body, as: UTF8.self),
      ]
      let data = (try? JSONSerialization.data(withJSONObject: fields)) ?? Data()
      return String(decoding: data, as: UTF8.self)
    }.joined(separator: "\n")
  }
}
