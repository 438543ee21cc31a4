public import FleetModel
public import Ports
import Synchronization

/// The AWS services above EC2 over loopback HTTP, on one endpoint: SageMaker, Application Auto
/// Scaling, CloudWatch's metrics, the price list, spot prices and Cost Explorer.
///
/// Credentials are checked by their key and scope, not by their signature. Differences to AWS are
/// faults of this type: it is judged by boto3 in its tests.
public final class FakeAWSApps: Sendable {
  struct State: Sendable {
    var endpoints: FakeEndpoints
    var targets: FakeTargets
    var series = FakeSeries()
    var prices = FakePrices()
    var bill = FakeBill()
    /// Keys that are taken; nil: every key.
    var keys: Set<String>?
    var expired: Set<String> = []
    var count = 0
  }

  let account: Account
  private let service: FakeService

  /// - Parameter lag: how long an endpoint or component is Updating, on the fake's own clock.
  public init(
    region: Region = "us-east-1", lag: Duration = .seconds(20), time: any TimeSource,
    faults: FaultInjector = FaultInjector()
  ) {
    let state = State(
      endpoints: FakeEndpoints(region: region.rawValue, lag: lag),
      targets: FakeTargets(region: region.rawValue))
    let account = Account(state, time: time)
    self.account = account
    service = FakeService(
      .sagemaker, faults: faults, time: time,
      dialect: .init(
        action: { Account.action($0).operation },
        answer: { asked, _ in account.answer(asked) },
        refusal: { code, status, message in
          Account.refusal(FakeRefusal(code: code, message: message, status: status))
        },
        service: { Account.action($0).api?.faults ?? .sagemaker }))
  }

  /// Starts listening on 127.0.0.1 and gives the endpoint, "http://127.0.0.1:PORT".
  public func start(port: Int = 0) async throws(DemoError) -> String {
    try await service.start(port: port)
  }

  public func stop() async { await service.stop() }

  /// The requests so far, oldest first; of an operation, or all.
  public func calls(_ action: String? = nil) -> [FakeCall] { service.calls(action) }
}
