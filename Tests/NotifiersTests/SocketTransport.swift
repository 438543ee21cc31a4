import Foundation
import Ports

/// The least HTTP/1.1 client there is: real bytes over a real socket to 127.0.0.1. The product's
/// own transport has its tests in its own room.
struct SocketTransport: HTTPTransport {
  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    guard let url = URL(string: request.url), let port = url.port else {
      throw .notSent("no port in \(request.url)")
    }
    let descriptor = try Self.connected(to: port)
    defer { close(descriptor) }
    try Self.write(Self.bytes(of: request, url), to: descriptor)
    return try Self.response(from: Self.readAll(descriptor))
  }

  private static func bytes(of request: HTTPRequest, _ url: URL) -> [UInt8] {
    let target = url.path() + (url.query().map { "?\($0)" } ?? "")
    var head = "\(request.method) \(target) HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
    for field in request.headers { head += "\(field.name): \(field.value)\r\n" }
    head += "content-length: \(request.body.count)\r\n\r\n"
    return Array(head.utf8) + request.body
  }

  private static func connected(to port: Int) throws(TransportError) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe connect(descriptor, generic, size)
      }
    }
    guard result == 0 else {
      close(descriptor)
      throw .notSent("refused")
    }
    return descriptor
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(TransportError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = Array(rest)
      let count = unsafe Foundation.write(descriptor, chunk, chunk.count)
      guard count > 0 else { throw .broken("write failed") }
      rest = rest.dropFirst(count)
    }
  }

  private static func readAll(_ descriptor: Int32) throws(TransportError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count < 1 << 20 {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw .broken("read failed") }
      guard count > 0 else { return bytes }
      bytes += buffer.prefix(count)
    }
    throw .tooLarge(limit: 1 << 20)
  }

  private static func response(from bytes: [UInt8]) throws(TransportError) -> HTTPResponse {
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.components(separatedBy: "\r\n")
    let words = (lines.first ?? "").split(separator: " ")
    guard words.count >= 2, let status = Int(words[1]) else { throw .broken("no status line") }
    let fields = lines.dropFirst().prefix { !$0.isEmpty }.compactMap { line -> HTTPField? in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      return HTTPField(String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
    }
    return HTTPResponse(status: status, headers: fields)
  }
}
