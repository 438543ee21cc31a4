import FleetModel
public import Ports
import Synchronization

/// Azure over loopback HTTP, as far as a fleet controller uses it: virtual machines and scale sets
/// behind the Resource Manager's rules for versions, bodies, tokens, operations and pages; the
/// login, a machine's metadata service and the retail prices beside it.
///
/// Differences to Azure are faults of this type: it is judged by azure-mgmt-compute in its tests.
public final class FakeAzure: Sendable {
  private let state: Mutex<FakeARM>
  private let service: Mutex<FakeService?>
  private let time: any TimeSource
  private let faults: FaultInjector

  /// How long the cloud takes, on its own clock.
  public struct Lag: Sendable, Hashable {
    public var start: Duration
    /// Until deallocated.
    public var stop: Duration
    /// Until gone.
    public var end: Duration
    /// From launch until lists know the machine.
    public var visibility: Duration
    /// What the answers ask for between two looks, in whole seconds; nil: nothing.
    public var retryAfter: Duration?

    /// GPU machines boot in minutes; the defaults are short so that a demo shows something.
    public init(
      start: Duration = .seconds(8), stop: Duration = .seconds(5), end: Duration = .seconds(5),
      visibility: Duration = .seconds(1), retryAfter: Duration? = .seconds(2)
    ) {
      self.start = start
      self.stop = stop
      self.end = end
      self.visibility = visibility
      self.retryAfter = retryAfter
    }

    public static let none = Lag(
      start: .zero, stop: .zero, end: .zero, visibility: .zero, retryAfter: nil)
  }

  /// GPUs of the machine types there are (Azure's documentation of its sizes).
  static let types: [String: Int] = [
    "Standard_NC4as_T4_v3": 1, "Standard_NC24ads_A100_v4": 1, "Standard_NC48ads_A100_v4": 2,
    "Standard_NC96ads_A100_v4": 4, "Standard_NC40ads_H100_v5": 1, "Standard_ND96isr_H100_v5": 8,
    "Standard_ND96isr_H200_v5": 8, "Standard_NV36ads_A10_v5": 1, "Standard_D2s_v5": 0,
  ]

  /// Local disks of some of the types: what the list of SKUs says as MaxResourceVolumeMB and
  /// NvmeDiskSizeInMiB (Azure's documentation of its sizes).
  static let localDisks: [String: (temporaryMB: Int, nvmeMiB: Int?)] = [
    "Standard_NC4as_T4_v3": (180_224, nil), "Standard_NC24ads_A100_v4": (65_536, 983_040),
    "Standard_NC48ads_A100_v4": (131_072, 1_966_080), "Standard_NV36ads_A10_v5": (1_474_560, nil),
    "Standard_NC40ads_H100_v5": (131_072, 3_661_824),
    "Standard_ND96isr_H100_v5": (1_024_000, 29_294_592),
  ]

  public init(
    subscription: String = "11111111-1111-4111-8111-111111111111",
    tenant: String = "22222222-2222-4222-8222-222222222222", lag: Lag = Lag(),
    time: any TimeSource, faults: FaultInjector = FaultInjector()
  ) {
    state = Mutex(FakeARM(subscription: subscription, tenant: tenant, lag: lag))
    service = Mutex(nil)
    self.time = time
    self.faults = faults
  }

  /// Starts listening on 127.0.0.1 and gives the endpoint, "http://127.0.0.1:PORT": the Resource
  /// Manager's, the login's, the metadata service's and the price list's.
  public func start(port: Int = 0) async throws(DemoError) -> String {
    let service = FakeService(
      .azure, faults: faults, time: time,
      dialect: .init(
        action: { ARMRoute.of($0.method, $0.path)?.0.operation ?? "Unknown" },
        answer: { [self] asked, _ in answer(asked) },
        refusal: { [self] code, status, message in
          written(.init(code, message, status: status), throttled: status == 429)
        }))
    let endpoint = try await service.start(port: port)
    self.service.withLock { $0 = service }
    state.withLock { $0.endpoint = endpoint }
    return endpoint
  }

  public func stop() async {
    await service.withLock { $0 }?.stop()
  }

  /// The requests so far, oldest first; of an operation, or all.
  public func calls(_ operation: String? = nil) -> [FakeCall] {
    service.withLock { $0 }?.calls(operation) ?? []
  }

  func change<Value: Sendable>(_ act: (inout FakeARM, Timestamp) -> Value) -> Value {
    let now = time.now()
    return state.withLock { act(&$0, now) }
  }

  // MARK: Answering

  private func answer(_ asked: LoopbackServer.Asked) -> Answer {
    let now = time.now()
    return state.withLock { state in
      do throws(FakeARM.Refusal) {
        return written(try state.answer(asked, at: now), &state)
      } catch {
        return written(error)
      }
    }
  }

  private func written(_ reply: FakeARM.Reply, _ state: inout FakeARM) -> Answer {
    var answer = Answer(
      status: reply.status, contentType: "application/json; charset=utf-8",
      body: reply.body?.json ?? [])
    answer.headers = reply.headers.map { (name: $0.0, value: $0.1) }
    answer.headers.append(("x-ms-request-id", state.next("request")))
    if let left = state.allowance {
      answer.headers.append(
        ("x-ms-ratelimit-remaining-resource", "Microsoft.Compute/HighCostGet3Min;\(left)"))
    }
    return answer
  }

  private func written(_ refusal: FakeARM.Refusal, throttled: Bool = false) -> Answer {
    let body: ARMValue = [
      "error": ["code": .text(refusal.code), "message": .text(refusal.message)]
    ]
    var answer = Answer(
      status: refusal.status, contentType: "application/json; charset=utf-8", body: body.json)
    answer.headers = refusal.headers.map { (name: $0.0, value: $0.1) }
    if throttled { answer.headers.append(("Retry-After", "1")) }
    return answer
  }
}
