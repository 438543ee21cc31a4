import Glibc
import Ports
import Testing

@testable import CurlTransport

@Suite(.serialized) struct ReachTests {
  static func address(_ text: String) -> Address? {
    var four = in_addr()
    if unsafe inet_pton(AF_INET, text, &four) == 1 {
      return unsafe withUnsafeBytes(of: four) { unsafe Address(Array($0)) }
    }
    var six = in6_addr()
    guard unsafe inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    return unsafe withUnsafeBytes(of: six) { unsafe Address(Array($0)) }
  }

  @Test(
    "addresses that are not anyone's on the internet are not public",
    arguments: [
      "0.0.0.0", "10.255.255.255", "127.0.0.1", "127.255.0.1", "100.64.0.0", "100.127.255.255",
      "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.168.0.1", "192.0.0.1", "198.18.0.1",
      "198.19.255.255", "192.0.2.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
      "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
      "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::10.0.0.1", "2002:7f00:1::",
      "2001:db8::1", "::127.0.0.1",
    ])
  func closed(text: String) throws {
    #expect(try !#require(Self.address(text)).isPublic)
  }

  @Test(
    "their neighbours are public",
    arguments: [
      "9.255.255.255", "11.0.0.0", "126.255.255.255", "128.0.0.1", "100.63.255.255", "100.128.0.0",
      "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
      "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "1.1.1.1",
      "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::",
    ])
  func open(text: String) throws {
    #expect(try #require(Self.address(text)).isPublic)
  }

  @Test("a name of the loopback is refused on its address, unless its host is in the list")
  func gate() async throws {
    let server = try LoopbackServer { _ in [.write(Answers.plain("ok"))] }
    defer { server.stop() }
    let transport = CurlTransport(TransportOptions(version: "test"))
    let url = "http://localhost:\(server.port)/"
    // Now there is a kept connection, which the gate must not lend.
    _ = try await transport.send(HTTPRequest(url: url))
    await #expect(throws: TransportError.notSent("localhost is not at a public address")) {
      try await transport.send(HTTPRequest(url: url, reach: .publicOnly(allow: ["other"])))
    }
    #expect(server.requests.count == 1)
    let allowed = HTTPRequest(url: url, reach: .publicOnly(allow: ["LOCALHOST"]))
    #expect(try await transport.send(allowed).status == 200)
  }

  @Test(
    "odd spellings of the loopback are refused too",
    arguments: ["0x7f000001", "2130706433", "127.1", "[::ffff:127.0.0.1]", "[::1]"])
  func spellings(host: String) async throws {
    let server = try LoopbackServer { _ in [.write(Answers.plain("ok"))] }
    defer { server.stop() }
    let transport = CurlTransport(TransportOptions(version: "test"))
    let request = HTTPRequest(
      url: "http://\(host):\(server.port)/", reach: .publicOnly(allow: ["127.0.0.1"]))
    await #expect(throws: TransportError.self) { try await transport.send(request) }
    #expect(server.requests.isEmpty)
  }
}
