import Ports
import Testing

@Suite("Values at the doors")
struct SecretTests {
  @Test("a secret shows itself in no description, interpolation or mirror")
  func hidden() {
    let secret = Secret("hunter2")
    let credentials = AWSCredentials(
      accessKeyID: "AKIA", secretAccessKey: secret, sessionToken: secret)
    for text in [
      "\(secret)", String(reflecting: secret), "\(credentials)", String(describing: [secret]),
    ] {
      #expect(!text.contains("hunter2"))
    }
    var dumped = ""
    dump(credentials, to: &dumped)
    #expect(!dumped.contains("hunter2"))
    #expect(secret.reveal() == "hunter2")
  }

  @Test("a header is found whatever its case, and the first of several is given")
  func headers() {
    let response = HTTPResponse(
      status: 200, headers: [.init("Retry-After", "3"), .init("retry-after", "9")])
    #expect(response.header("RETRY-AFTER") == "3")
    #expect(response.header("Date") == nil)
  }

  @Test("limits are on when nobody sets them")
  func limits() {
    let limits = HTTPLimits()
    #expect(limits.decodedBytes == 8 << 20)
    #expect(limits.connect < limits.total)
  }
}
