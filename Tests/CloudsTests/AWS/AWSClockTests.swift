import FleetModel
import Planner
import Ports
import Synchronization
import TestSupport
import Testing

@testable import Clouds

@Suite("What time it is at AWS")
struct AWSClockTests {
  /// "post-vanilla" of the test suite AWS publishes with the signature's description.
  @Test("our signature is that of AWS's own test suite")
  func vanilla() throws {
    let moment = try #require(Timestamp(rfc3339: "2015-08-30T12:36:00Z"))
    let signature = AWSSignature(
      service: "service", region: "us-east-1",
      credentials: AWSCredentials(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")),
      moment: moment)
    let signed = try #require(
      signature.signed(HTTPRequest(method: "POST", url: "https://example.amazonaws.com/")))
    #expect(signed.headers.first { $0.name == "X-Amz-Date" }?.value == "20150830T123600Z")
    #expect(
      signed.headers.first { $0.name == "Authorization" }?.value
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        + "SignedHeaders=host;x-amz-date, "
        + "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")
    #expect(signed.signing == nil)
  }

  @Test("a GET and a path are not signed by us", arguments: ["GET /", "POST /a", "POST /?a=b"])
  func unsignable(line: String) {
    let words = line.split(separator: " ").map(String.init)
    let request = HTTPRequest(method: words[0], url: "https://example.amazonaws.com" + words[1])
    let signature = AWSSignature(
      service: "ec2", region: "us-east-1", credentials: testCredentials,
      moment: Timestamp(seconds: 0))
    #expect(signature.signed(request) == nil)
  }

  @Test(
    "a clock off by more than two minutes is put right by the last Date, one off by less is not",
    arguments: [(-120, false), (120, false), (-121, true), (121, true), (86_400, true)])
  func correction(off: Int64, isCorrected: Bool) {
    let (time, clock) = (SetTime(), AWSClock())
    #expect(clock.correction(to: time) == nil)
    let there = time.now()
    clock.heard(HTTPResponse(status: 401, headers: [date(there)]), by: time)
    time.set(ahead: .seconds(off))
    time.pass(.seconds(10))
    let found = clock.correction(to: time)
    #expect(found == (isCorrected ? there.advanced(by: .seconds(10)) : nil))
  }

  @Test("a Date more than a month away is not followed")
  func farAway() {
    let (time, clock) = (SetTime(), AWSClock())
    clock.heard(HTTPResponse(status: 200, headers: [date(time.now())]), by: time)
    time.set(ahead: .days(32))
    #expect(clock.correction(to: time) == nil)
  }

  /// A host whose clock was set an hour ahead: AWS refuses, and says what time it is.
  @Test("after one refusal the next call is signed with AWS's own time, and is taken")
  func putRight() async throws {
    let time = SetTime()
    let true0 = time.now()
    time.set(ahead: .hours(1))
    let aws = StrictClock(now: { true0.advanced(by: time.steady) }, machine: { time.now() })
    let actuator = EC2Actuator(
      cloud: "aws", region: "us-east-1",
      credentials: { () throws(ActuateError) in testCredentials }, fleet: "f", pools: [],
      transport: aws, time: time)
    await #expect(throws: ActuateError.self) { try await actuator.inventory() }
    let refused = aws.refused
    #expect(refused > 0)
    #expect(try await actuator.inventory().nodes.isEmpty)
    // Set right again: libcurl signs as before.
    time.set(ahead: .zero)
    #expect(try await actuator.inventory().nodes.isEmpty)
    #expect(aws.refused == refused)
  }

  private func date(_ moment: Timestamp) -> HTTPField { HTTPField("Date", httpDate(moment)) }
}

/// "Sun, 29 Nov 2026 00:00:00 GMT"; nobody reads the day of the week.
private func httpDate(_ moment: Timestamp) -> String {
  let text = moment.description
  let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  let parts = text.prefix(10).split(separator: "-").map(String.init)
  let month = months[(Int(parts[1]) ?? 1) - 1]
  return "Sun, \(parts[2]) \(month) \(parts[0]) \(text.dropFirst(11).prefix(8)) GMT"
}

/// A clock that somebody sets, beside one that nobody does.
private final class SetTime: TimeSource {
  private let state = Mutex((passed: Duration.zero, ahead: Duration.zero))
  private static let start = Timestamp(seconds: 1_795_251_600)

  func now() -> Timestamp {
    state.withLock { Self.start.advanced(by: $0.passed + $0.ahead) }
  }
  var steady: Duration { state.withLock { $0.passed } }
  func set(ahead: Duration) { state.withLock { $0.ahead = ahead } }
  func pass(_ time: Duration) { state.withLock { $0.passed += time } }
  func sleep(for duration: Duration) async throws(CancellationError) {
    pass(duration)
    await Task.yield()
  }
}

/// EC2 as far as clocks go: what was signed more than five minutes from its own time is refused,
/// with its Date; what comes unsigned here libcurl will sign with the machine's clock.
private final class StrictClock: HTTPTransport {
  private let now: @Sendable () -> Timestamp
  private let machine: @Sendable () -> Timestamp
  private let refusals = Mutex(0)
  var refused: Int { refusals.withLock { $0 } }

  init(now: @escaping @Sendable () -> Timestamp, machine: @escaping @Sendable () -> Timestamp) {
    (self.now, self.machine) = (now, machine)
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let date = HTTPField("Date", httpDate(now()))
    let stamp = request.headers.first { $0.name == "X-Amz-Date" }?.value
    let signedAt = stamp.map(Self.moment) ?? machine()
    let age = now().duration(since: signedAt)
    guard age <= .minutes(5), age >= .minutes(-5) else {
      refusals.withLock { $0 += 1 }
      let body =
        "<Response><Errors><Error><Code>RequestExpired</Code><Message>Request has expired."
        + "</Message></Error></Errors><RequestID>r</RequestID></Response>"
      return HTTPResponse(status: 400, headers: [date], body: Array(body.utf8))
    }
    let body =
      "<DescribeInstancesResponse><requestId>r</requestId><reservationSet/>"
      + "</DescribeInstancesResponse>"
    return HTTPResponse(status: 200, headers: [date], body: Array(body.utf8))
  }

  /// "20261121T090000Z".
  private static func moment(_ stamp: String) -> Timestamp {
    let digits = stamp.filter(\.isNumber).map(String.init)
    let part = { (range: Range<Int>) in digits[range].joined() }
    let text = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):"
    return Timestamp(rfc3339: text + "\(part(12..<14))Z") ?? Timestamp(seconds: 0)
  }
}
