import FleetModel
import Foundation
public import Ports

#if canImport(Glibc)
  import Glibc
#endif

/// One HTTP/1.1 exchange over a plain loopback socket, for tests that must see what the wire does:
/// a connection closed early is `.broken`, not hidden by a retry. It does not sign and does not
/// decode gzip. Every exchange ends within `limits.total`.
public struct LoopbackClient: HTTPTransport {
  public init() {}

  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let result = await withCheckedContinuation { continuation in
      // A thread of its own: a blocking read must not hold one of the few of the task pool.
      Thread { continuation.resume(returning: Self.exchange(request)) }.start()
    }
    return try result.get()
  }

  private static func exchange(_ request: HTTPRequest) -> Result<HTTPResponse, TransportError> {
    guard let url = URL(string: request.url), let host = url.host(), let port = url.port else {
      return .failure(.notSent("not a URL with a port: \(request.url)"))
    }
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return .failure(.notSent("no socket")) }
    defer { close(socket) }
    guard connect(socket, to: host, port: port) else { return .failure(.notSent("refused")) }
    let deadline = Date(timeIntervalSinceNow: request.limits.total.inSeconds)
    guard write(head(of: request, url: url, host: "\(host):\(port)") + request.body, to: socket)
    else { return .failure(.broken("could not send")) }
    return read(socket, until: deadline, request.limits).flatMap { bytes in
      RawAnswer.parse(bytes).map { .success($0) } ?? .failure(.broken("cut short"))
    }
  }

  private static func head(of request: HTTPRequest, url: URL, host: String) -> [UInt8] {
    let path = url.path().isEmpty ? "/" : url.path()
    let query = url.query().map { "?" + $0 } ?? ""
    var text = "\(request.method) \(path)\(query) HTTP/1.1\r\nHost: \(host)\r\n"
    text += "Connection: close\r\nContent-Length: \(request.body.count)\r\n"
    if case .awsSigV4(let service, let region, let credentials) = request.signing {
      // Not a signature: only the scope, by which moto tells one service from another.
      text += "Authorization: AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/20260101/"
      text += "\(region)/\(service)/aws4_request, SignedHeaders=host, Signature=0\r\n"
    }
    for field in request.headers { text += "\(field.name): \(field.value)\r\n" }
    return Array((text + "\r\n").utf8)
  }

  private static func connect(_ socket: Int32, to host: String, port: Int) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(clamping: port).bigEndian)
    address.sin_addr.s_addr = unsafe inet_addr(host)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(socket, $0, size) == 0
      }
    }
  }

  private static func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes[sent...].withUnsafeBytes {
        unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  private static func read(
    _ socket: Int32, until deadline: Date, _ limits: HTTPLimits
  ) -> Result<[UInt8], TransportError> {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let left = Int32(deadline.timeIntervalSinceNow * 1000)
      var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      guard left > 0, unsafe poll(&waiting, 1, left) > 0 else {
        return .failure(.timedOut(after: limits.total))
      }
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe recv(socket, $0.baseAddress, $0.count, 0)
      }
      guard count > 0 else {
        return all.isEmpty ? .failure(.broken("closed without an answer")) : .success(all)
      }
      all += buffer[..<count]
      guard all.count <= limits.decodedBytes else {
        return .failure(.tooLarge(limit: limits.decodedBytes))
      }
    }
  }
}

/// The bytes of one HTTP/1.1 answer, taken apart.
enum RawAnswer {
  /// nil when the answer is not whole.
  static func parse(_ bytes: [UInt8]) -> HTTPResponse? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    let words = (lines.first ?? "").split(separator: " ")
    guard words.count >= 2, let status = Int(words[1]) else { return nil }
    let fields = lines.dropFirst().compactMap { line -> HTTPField? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...]
      return HTTPField(String(line[..<colon]), value.trimmingCharacters(in: .whitespaces))
    }
    var reply = HTTPResponse(status: status, headers: fields)
    let rest = bytes[end.upperBound...]
    if reply.header("Transfer-Encoding")?.lowercased() == "chunked" {
      guard let body = chunks(rest) else { return nil }
      reply.body = body
    } else {
      let expected = reply.header("Content-Length").flatMap { Int($0) } ?? rest.count
      guard rest.count >= expected else { return nil }
      reply.body = Array(rest.prefix(expected))
    }
    return reply
  }

  private static func chunks(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var rest = bytes
    var body: [UInt8] = []
    while let line = rest.firstRange(of: Array("\r\n".utf8)) {
      let text = String(decoding: rest[..<line.lowerBound], as: UTF8.self)
      guard let size = Int(text, radix: 16) else { return nil }
      if size == 0 { return body }
      let start = line.upperBound
      guard rest.endIndex - start >= size + 2 else { return nil }
      body += rest[start..<start + size]
      rest = rest[(start + size + 2)...]
    }
    return nil
  }
}
