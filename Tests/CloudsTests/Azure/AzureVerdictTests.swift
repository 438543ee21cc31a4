import Clouds
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

@Suite struct AzureVerdictTests {
  private let stop = Action(token: "t", intent: .stop, node: "fleet/gpu")

  private func outcome(
    _ answers: [Result<HTTPResponse, TransportError>], _ action: Action? = nil
  ) async -> Result<Receipt, ActuateError> {
    // The look before a stop finds nothing that could stand against it.
    let look = action == nil ? [Self.nothing] : []
    let actuator = azureActuator(ScriptedTransport(look + answers))
    do throws(ActuateError) {
      return .success(try await actuator.carryOut(action ?? stop))
    } catch { return .failure(error) }
  }

  private static let nothing = Result<HTTPResponse, TransportError>.arm(
    "ResourceNotFound", status: 404)

  @Test(arguments: [
    ("AllocationFailed", 409, ActFailure.Kind.capacity), ("ZonalAllocationFailed", 409, .capacity),
    ("SkuNotAvailable", 409, .capacity), ("OverconstrainedAllocationRequest", 409, .capacity),
    ("QuotaExceeded", 409, .quota), ("InvalidAuthenticationToken", 401, .auth),
    ("AuthorizationFailed", 403, .auth), ("ResourceNotFound", 404, .notFound),
    ("ResourceGroupNotFound", 404, .invalid), ("RequestDisallowedByPolicy", 403, .invalid),
    ("OperationNotAllowed", 409, .invalid), ("ScopeLocked", 409, .invalid),
    ("InvalidParameter", 400, .invalid),
  ])
  func `A code decides where a refusal belongs`(
    code: String, status: Int, kind: ActFailure.Kind
  ) async {
    let result = await outcome([.arm(code, status: status)])
    #expect(result.failure?.refusal == ActFailure(kind: kind, code: code, message: "no"))
  }

  @Test func `A quota that is full is known by its words`() async {
    let words = "results in exceeding approved Total Regional Cores Quota"
    let result = await outcome([.arm("OperationNotAllowed", words, status: 409)])
    #expect(result.failure?.refusal?.kind == .quota)
  }

  @Test func `A detail says what the code above it does not`() async {
    let text =
      #"{"error":{"code":"DeploymentFailed","message":"x","details":[{"code":"Other"},"#
      + #"{"code":"AllocationFailed","message":"full"}]}}"#
    let failure = await outcome([.json(text, status: 409)]).failure?.refusal
    #expect(failure == ActFailure(kind: .capacity, code: "AllocationFailed", message: "full"))
  }

  @Test(arguments: [
    ("OperationNotAllowed", 429), ("TooManyRequests", 429), ("AnotherOperationInProgress", 409),
    ("RetryableError", 409), ("SubscriptionRequestsThrottled", 429),
  ])
  func `Slower, and another change under way, are later`(code: String, status: Int) async {
    guard case .failure(.retryLater(_, let failure)) = await outcome([.arm(code, status: status)])
    else {
      Issue.record("not later")
      return
    }
    #expect(failure.kind == .throttled && failure.code == code)
  }

  @Test(arguments: [
    Result<HTTPResponse, TransportError>.json("<html>", status: 502), .json("", status: 500),
    .arm("InternalServerError", status: 500), .failure(.broken("reset")),
    .failure(.timedOut(after: .seconds(30))),
  ])
  func `A change whose answer can not be read may have happened`(
    answer: Result<HTTPResponse, TransportError>
  ) async {
    guard case .failure(.outcomeUnknown) = await outcome([answer]) else {
      Issue.record("taken for known")
      return
    }
  }

  private static func accepted(_ header: String, _ url: String) -> Result<
    HTTPResponse, TransportError
  > {
    .json("", status: 202, headers: [HTTPField(header, url), HTTPField("Retry-After", "1")])
  }

  private static let poll = "https://arm.example/subscriptions/s/providers/Microsoft.Compute/x/1"

  @Test(arguments: [
    (
      #"{"status":"Failed","error":{"code":"AllocationFailed","message":"full"}}"#,
      ActFailure.Kind.capacity
    ),
    (#"{"status":"Failed","error":{"code":"Odd","details":[{"code":"QuotaExceeded"}]}}"#, .quota),
    (#"{"status":"Canceled"}"#, .invalid),
  ])
  func `What fails inside an operation is refused as if at once`(
    state: String, kind: ActFailure.Kind
  ) async {
    let result = await outcome([
      Self.accepted("Azure-AsyncOperation", Self.poll), .json(#"{"status":"InProgress"}"#),
      .json(state),
    ])
    #expect(result.failure?.refusal?.kind == kind)
  }

  @Test(arguments: [
    Result<HTTPResponse, TransportError>.json("<html>"), .arm("NotFound", status: 404),
    .json("{}"), .arm("AuthorizationFailed", status: 403),
  ])
  func `An operation whose state can not be seen may have been carried out`(
    answer: Result<HTTPResponse, TransportError>
  ) async {
    let result = await outcome([Self.accepted("Azure-AsyncOperation", Self.poll), answer])
    guard case .failure(.outcomeUnknown) = result else {
      Issue.record("\(result)")
      return
    }
  }

  @Test(arguments: ["https://evil.example/op", "http://arm.example/op"])
  func `The token is not sent to another host's operation`(url: String) async {
    let transport = ScriptedTransport([Self.nothing, Self.accepted("Location", url)])
    do throws(ActuateError) {
      _ = try await azureActuator(transport).carryOut(stop)
      Issue.record("followed")
    } catch {
      guard case .outcomeUnknown = error else {
        Issue.record("\(error)")
        return
      }
    }
    #expect(transport.requests.count == 2)
  }

  @Test(arguments: [(20, InstanceState.stopped), (21, .stopping)])
  func `An operation is waited for to the limit, and not beyond`(
    seconds: Int, state: InstanceState
  ) async throws {
    let answer = Result<HTTPResponse, TransportError>.json(
      "", status: 202,
      headers: [
        HTTPField("Azure-AsyncOperation", Self.poll), HTTPField("Retry-After", "\(seconds)"),
      ])
    let result = await outcome([answer, .json(#"{"status":"Succeeded"}"#)])
    #expect(try result.get().state == state)
  }

  @Test(arguments: [
    ("Microsoft.Compute/HighCostGet3Min;5,Microsoft.Compute/HighCostGet30Min;800", true),
    ("Microsoft.Compute/HighCostGet3Min;6", false), ("garbage", false),
  ])
  func `Little left of what the cloud allows slows the looks down`(
    header: String, slows: Bool
  ) async throws {
    let time = VirtualTime()
    let first = Result<HTTPResponse, TransportError>.json(
      #"{"value":[]}"#, headers: [HTTPField("x-ms-ratelimit-remaining-resource", header)])
    let transport = ScriptedTransport([first, .json(#"{"value":[]}"#)])
    let start = time.now()
    _ = try await azureActuator(transport, time: time).inventory()
    #expect((time.now() > start) == slows)
  }

  @Test(arguments: [0, 1000])
  func `A number within a set's bounds is asked for`(number: Int) async throws {
    let act = AzureScenarioTests.scale("vmss/fleet/w", to: number, .scaleUp)
    let transport = ScriptedTransport([Self.nothing, .json("{}")])
    let receipt = try await azureActuator(transport).carryOut(act)
    #expect(receipt.replicas == number)
    let body = String(decoding: try #require(transport.requests.last).body, as: UTF8.self)
    #expect(body == #"{"sku":{"capacity":\#(number)}}"#)
  }

  @Test(arguments: [-1, 1001])
  func `A number beyond them is not`(number: Int) async {
    let act = AzureScenarioTests.scale("vmss/fleet/w", to: number, .scaleUp)
    #expect(await outcome([], act).failure?.refusal?.code == "OutOfBounds")
  }

  @Test(arguments: [
    ("", "BadToken"), ("UPPER", "BadToken"), ("a/b", "BadToken"), ("a-", "BadToken"),
    (String(repeating: "a", count: 58), "BadToken"), (String(repeating: "a", count: 57), nil),
  ])
  func `A token that is no name makes nothing`(token: String, code: String?) async {
    let answer = Result<HTTPResponse, TransportError>.json("{}", status: 201)
    #expect(await outcome([answer], azureLaunch(token)).failure?.refusal?.code == code)
  }

  @Test func `A launch says what it lacks`() async {
    var spec = azureSpec
    spec.image = "ubuntu"
    #expect(await outcome([], azureLaunch("t", spec)).failure?.refusal?.code == "BadImage")
    spec = azureSpec
    spec.subnet = "gpu"
    #expect(await outcome([], azureLaunch("t", spec)).failure?.refusal?.code == "NoSubnet")
    spec = azureSpec
    spec.cloud = "aws"
    #expect(await outcome([], azureLaunch("t", spec)).failure?.refusal?.code == "OtherRegion")
  }

  @Test(arguments: ["", "other"])
  func `Another machine of the name is not taken for ours`(intent: String) async {
    let machine =
      #"{"id":"x","location":"eastus","tags":{"finops-intent":"\#(intent)"},"properties":"#
      + #"{"hardwareProfile":{"vmSize":"Standard_NC24ads_A100_v4"}}}"#
    let result = await outcome(
      [.arm("PreconditionFailed", status: 412), .json(machine)], azureLaunch("t"))
    #expect(result.failure?.refusal?.code == "NameTaken")
  }
}
