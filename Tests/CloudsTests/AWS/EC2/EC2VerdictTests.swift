import Clouds
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

@Suite struct EC2VerdictTests {
  @Test(arguments: [
    ("InsufficientInstanceCapacity", 500, ActFailure.Kind.capacity),
    ("SpotMaxPriceTooLow", 400, .capacity), ("UnfulfillableCapacity", 400, .capacity),
    ("MaxSpotInstanceCountExceeded", 400, .quota), ("VcpuLimitExceeded", 400, .quota),
    ("InstanceLimitExceeded", 400, .quota), ("AuthFailure", 401, .auth),
    ("UnauthorizedOperation", 403, .auth), ("ExpiredToken", 400, .auth),
    ("IdempotentParameterMismatch", 400, .invalid), ("InvalidAMIID.NotFound", 400, .invalid),
    ("InvalidInstanceID.NotFound", 400, .notFound), ("InvalidInstanceID.Malformed", 400, .invalid),
    ("IncorrectInstanceState", 400, .invalid), ("UnsupportedOperation", 400, .unsupported),
  ])
  func `A code decides where a refusal belongs`(
    code: String, status: Int, kind: ActFailure.Kind
  ) async {
    let transport = ScriptedTransport([.fault(code, status: status)])
    await #expect(throws: ActuateError.refused(failure(kind, code))) {
      try await actuator(transport).carryOut(launch)
    }
    #expect(transport.requests.count == 1)
  }

  @Test(arguments: [
    ("RequestLimitExceeded", 503), ("Throttling", 400), ("ThrottlingException", 400),
    ("RequestThrottled", 400), ("Unavailable", 503),
  ])
  func `Slower and unavailable mean later, without a second try of a change`(
    code: String, status: Int
  ) async {
    let transport = ScriptedTransport([.fault(code, status: status)])
    await #expect(throws: ActuateError.retryLater(after: nil, failure(.throttled, code))) {
      try await actuator(transport).carryOut(stop("i-1"))
    }
    #expect(transport.requests.count == 1)
  }

  @Test func `What the cloud asks to wait is handed on`() async {
    let answer = Result<HTTPResponse, TransportError>.fault(
      "RequestLimitExceeded", status: 503, headers: [HTTPField("Retry-After", "17")])
    guard case .failure(.retryLater(let after, _)) = await outcome([answer], stop("i-1")) else {
      Issue.record("not later")
      return
    }
    #expect(after == .seconds(17))
  }

  @Test(arguments: [
    Result<HTTPResponse, TransportError>.xml(
      "<!DOCTYPE html><html><body>Oops</body></html>", status: 500),
    .xml("Internal Server Error", status: 500), .xml("", status: 502),
    .fault("InternalError", status: 500), .xml("<html/>", status: 504),
    .xml("<StopInstancesResponse><requestId>r</requestId><instancesSet><item><instan"),
    .xml(""), .xml("<html><body>Log in to the airport</body></html>"), .xml("\u{0}\u{1}"),
    .xml("<Response><Errors><Error><Code>X</Code></Error></Errors></Response>"),
    .changed("i-2", to: "stopping"), .changed("i-1", to: "asleep"),
    .failure(.timedOut(after: .seconds(30))), .failure(.broken("reset")), .failure(.cancelled),
    .failure(.tooLarge(limit: 1)), .xml("{}", status: 201), .xml("", status: 302),
  ])
  func `A change whose answer can not be read may have happened`(
    answer: Result<HTTPResponse, TransportError>
  ) async {
    guard case .failure(.outcomeUnknown) = await outcome([answer], stop("i-1")) else {
      Issue.record("taken for known: \(answer)")
      return
    }
  }

  @Test func `What was never sent may be sent later`() async {
    let result = await outcome([.failure(.notSent("refused"))], stop("i-1"))
    guard case .failure(.retryLater) = result else {
      Issue.record("\(result)")
      return
    }
  }

  @Test func `The other services' envelope is read too`() async {
    let text = """
      <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>\
      <Code>InvalidClientTokenId</Code><Message>no</Message></Error>\
      <RequestId>r</RequestId></ErrorResponse>
      """
    let result = await outcome([.xml(text, status: 403)], stop("i-1"))
    #expect(
      result.failure?.refusal
        == ActFailure(kind: .auth, code: "InvalidClientTokenId", message: "no"))
  }

  @Test(arguments: [(401, ActFailure.Kind.auth), (403, .auth), (404, .invalid), (410, .invalid)])
  func `A page that is not an envelope is refused by its status`(
    status: Int, kind: ActFailure.Kind
  ) async {
    let result = await outcome([.xml("<html>no</html>", status: status)], stop("i-1"))
    #expect(result.failure?.refusal?.kind == kind)
  }

  @Test func `Looks are tried three times, and no more`() async throws {
    let bad = Result<HTTPResponse, TransportError>.xml("<html>", status: 502)
    let good = ScriptedTransport([bad, bad, .page([])])
    _ = try await actuator(good).inventory()
    #expect(good.requests.count == 3)
    let broken = ScriptedTransport([bad, bad, bad, .page([])])
    #expect(await inventoryOutcome(broken).failure != nil)
    #expect(broken.requests.count == 3)
  }

  @Test func `A look that is told to wait longer than a call may take is not repeated`() async {
    let slow = Result<HTTPResponse, TransportError>.fault(
      "RequestLimitExceeded", status: 503, headers: [HTTPField("Retry-After", "6")])
    let transport = ScriptedTransport([slow, .page([])])
    #expect(await inventoryOutcome(transport).failure != nil)
    #expect(transport.requests.count == 1)
  }

  @Test func `An XML bomb is not opened`() async {
    let bomb = """
      <?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;&a;">]>\
      <StopInstancesResponse><requestId>&c;</requestId></StopInstancesResponse>
      """
    guard case .failure(.outcomeUnknown) = await outcome([.xml(bomb)], stop("i-1")) else {
      Issue.record("opened")
      return
    }
  }

  private func failure(_ kind: ActFailure.Kind, _ code: String) -> ActFailure {
    ActFailure(kind: kind, code: code, message: "because & so")
  }
}
