import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport

/// What reads the replies of one kind of cloud, and replies of our fakes to begin with.
struct FuzzedCloud {
  typealias Parser = (name: String, parse: @Sendable ([UInt8]) async -> Void)

  var name: String
  var parsers: [Parser]
  var seeds: [[UInt8]]

  /// Every list there is; a new one is a line here.
  static func all(home: String) async throws -> [FuzzedCloud] {
    [
      .init(name: "aws", parsers: AWSParsers.parsers.map { ($0.0, $0.1) }, seeds: try await aws()),
      .init(
        name: "aws apps", parsers: AppsParsers.parsers.map { ($0.0, $0.1) },
        seeds: try await AppsRecording.make().map(\.reply.body)),
      .init(
        name: "azure", parsers: AzureParsers.parsers.map { ($0.0, $0.1) }, seeds: try await azure()),
      .init(
        name: "gpu clouds", parsers: GPUCloudParsers.parsers.map { ($0.0, $0.1) },
        seeds: try await gpuClouds()),
      .init(
        name: "credentials", parsers: try CredentialParsers.all(home: home),
        seeds: CredentialParsers.seeds),
      .init(
        name: "actuators", parsers: ActuatorParsers.all,
        seeds: try await aws() + AppsRecording.make().map(\.reply.body) + azure() + gpuClouds()),
    ]
  }

  /// What our fake says, and what moto said where that is at hand.
  private static func aws() async throws -> [[UInt8]] {
    let ours = try await AWSRecording.make().map(\.reply.body)
    guard let folder = SharedFiles.url("samples/aws-moto") else { return ours }
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "xml" }.sorted { $0.path < $1.path }
    return try ours + files.map { Array(try Data(contentsOf: $0)) }
  }

  private static func azure() async throws -> [[UInt8]] {
    try await AzureRecording.make().map(\.reply.body)
      + AzureParserTests.replies.map { Array($0.utf8) }
  }

  private static func gpuClouds() async throws -> [[UInt8]] {
    let recorder = RecordingTransport(LoopbackClient())
    _ = try await RunPodContractTests.exercise(recorder)
    _ = try await HuggingFaceContractTests.exercise(recorder)
    _ = try await ReplicateContractTests.exercise(recorder)
    return recorder.exchanges.map(\.reply.body) + GPUCloudParsers.replies.map { Array($0.utf8) }
  }
}

/// Answers everything with the same bytes; the status follows from their number.
struct OneAnswer: HTTPTransport {
  var body: [UInt8]
  private static let statuses = [200, 200, 200, 200, 202, 400, 404, 429, 503]

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let status = Self.statuses[body.count % Self.statuses.count]
    return HTTPResponse(
      status: status,
      headers: [
        HTTPField("Location", "http://127.0.0.1:1/operations/1"), HTTPField("Retry-After", "1"),
      ], body: body)
  }
}

/// Actuators, prices and bills before a cloud that answers everything with the same bytes.
enum ActuatorParsers {
  static let all: [FuzzedCloud.Parser] = [
    ("aws", { await look(account(OneAnswer(body: $0)), stop("i-1"), launch) }),
    (
      "sagemaker",
      { await look(sageMaker(nil, time: VirtualTime(), transport: OneAnswer(body: $0)), scaled) }
    ),
    ("azure", { await look(azureActuator(OneAnswer(body: $0)), stop("fleet/n"), azureLaunch()) }),
    ("runpod", { await look(runPod(OneAnswer(body: $0)), stop("p"), launchPod()) }),
    ("huggingface", { await look(huggingFace(OneAnswer(body: $0)), scale("acme/n", to: 2)) }),
    ("replicate", { await look(replicate(OneAnswer(body: $0)), scale("acme/n", to: 2)) }),
    ("prices", prices),
  ]

  private static let scaled = scale(chat, to: 2)

  /// Every look, and these acts.
  private static func look(_ actuator: some Actuator, _ acts: Action...) async {
    do throws(ActuateError) { _ = try await actuator.inventory() } catch {}
    do throws(ActuateError) { _ = try await actuator.observe(NodeID("fleet/n")) } catch {}
    do throws(ActuateError) { _ = try await actuator.observe(chat) } catch {}
    for act in acts { _ = await ending(actuator, act) }
  }

  @Sendable private static func prices(_ body: [UInt8]) async {
    let (answer, time) = (OneAnswer(body: body), VirtualTime())
    let sources: [any PriceSource] = [
      AWSListPrices(
        cloud: "aws", endpoint: nil, credentials: cache(time), transport: answer, time: time),
      AWSSpotPrices(
        cloud: "aws", endpoint: nil, credentials: cache(time), transport: answer, time: time),
      AzurePrices(cloud: "azure", transport: answer, time: time),
      RunPodPrices(runPod(answer, time: time), time: time),
      HuggingFacePrices(huggingFace(answer, time: time), time: time),
    ]
    for source in sources { _ = try? await source.prices(of: ["g5.xlarge"], in: ["us-east-1"]) }
    let bill = AWSBill(endpoint: nil, credentials: cache(time), transport: answer, time: time)
    _ = try? await bill.rows(from: time.now().advanced(by: .days(-2)), to: time.now())
  }
}
