import Testing

@testable import InferenceBench

struct ServerAddressTests {
  @Test(arguments: [
    ("http://h", "h:80", "/v1/chat/completions"),
    ("http://127.0.0.1:8000", "127.0.0.1:8000", "/v1/chat/completions"),
    ("HTTP://h:1/", "h:1", "/v1/chat/completions"),
    ("http://h:1/v1", "h:1", "/v1/chat/completions"),
    ("http://h:1/team/v1/", "h:1", "/team/v1/chat/completions"),
    ("http://h:1/v1/chat/completions", "h:1", "/v1/chat/completions"),
    ("http://[::1]:65535/v1", "[::1]:65535", "/v1/chat/completions"),
    ("http://[::1]", "[::1]:80", "/v1/chat/completions"),
  ])
  func `An address is read the way people write it`(
    url: String, authority: String, path: String
  ) throws {
    let address = try ServerAddress(url, api: .chat)
    #expect(address.authority == authority && address.path == path)
  }

  @Test func `The completions call has its own path`() throws {
    #expect(try ServerAddress("http://h", api: .completions).path == "/v1/completions")
  }

  @Test(arguments: [
    "", "h:1", "ftp://h", "http://", "http://:1", "http://h:0", "http://h:65536", "http://h:x",
    "http://u:p@h", "http://h/?a=1", "http://h/#a", "http://h h", "http://[::1]x", "http://h\r\n",
  ])
  func `An address that is not understood is refused`(url: String) {
    #expect(throws: LoadError.self) { try ServerAddress(url, api: .chat) }
  }

  @Test func `An https address is refused with the reason`() {
    let error = #expect(throws: LoadError.self) { try ServerAddress("https://h", api: .chat) }
    #expect(error?.description.contains("https is not offered") == true)
  }
}
