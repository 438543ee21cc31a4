import Clouds
import DemoFleet
import FleetModel
import Ports
import Synchronization
import TestSupport

/// One exchange of every kind that the services above EC2 have, with our fake.
enum AppsRecording {
  static func make() async throws -> [RecordingTransport.Exchange] {
    let time = VirtualTime()
    let transport = RecordingTransport(LoopbackClient())
    try await serving(stocked(time)) { endpoint in
      try await everything(at: endpoint, transport, time)
    }
    return transport.exchanges
  }

  /// Each call at least once, to a stocked account.
  static func everything(
    at endpoint: String, _ transport: any HTTPTransport, _ time: VirtualTime
  ) async throws {
    let actuator = sageMaker(endpoint, time: time, transport: transport, widensTargets: true)
    _ = try await actuator.inventory()
    _ = try await actuator.carryOut(scale(chat, to: 3))
    _ = try await actuator.carryOut(scale(llama, to: 0))
    _ = try await actuator.observe(chat)
    _ = try await AWSListPrices(
      cloud: "aws", endpoint: endpoint, credentials: cache(time), transport: transport, time: time
    ).prices(of: ["g5.xlarge", "ml.g5.xlarge"], in: ["us-east-1"])
    _ = try await AWSSpotPrices(
      cloud: "aws", endpoint: endpoint, credentials: cache(time), transport: transport, time: time
    ).prices(of: ["g5.xlarge"], in: ["us-east-1"])
    _ = try await AWSBill(
      endpoint: endpoint, credentials: cache(time), transport: transport, time: time
    ).rows(from: time.now().advanced(by: .days(-2)), to: time.now())
  }

  /// Two entries a page, so that tokens are sent too.
  static func stocked(_ time: VirtualTime) -> FakeAWSApps {
    let cloud = stockedAccount(time)
    cloud.add(
      endpoint: "many", [.init("main", model: "many", isMultiModel: true)], tags: [Tag.fleet: "f"],
      isAsync: true)
    // What policies set is left alone: the number that is asked for is one without.
    cloud.register("endpoint/chat/variant/main", bounds: 1...2)
    cloud.register("endpoint/many/variant/main", bounds: 1...2, policies: ["a", "b", "c"])
    for name in ["Invocations", "ConcurrentRequestsPerModel"] {
      cloud.put(name, 3.5, ["EndpointName": "chat", "VariantName": "main"])
      cloud.put(name, 2, ["EndpointName": "many", "VariantName": "main"])
    }
    time.advance(by: .minutes(1))
    for price in ["1.0060000000", "1.0060000000", "1.0060000000"] {
      cloud.add([.linux("g5.xlarge", in: "us-east-1", price: price)])
    }
    cloud.add([.hosting("ml.g5.xlarge", in: "us-east-1", price: "1.4084000000")])
    for zone in ["a", "b", "c"] {
      cloud.add([.init("g5.xlarge", zone: "us-east-1" + zone, price: "0.4", at: time.now())])
    }
    for pool in ["", "chat", "batch"] {
      cloud.add([.init(day: "2026-11-20", pool: pool, service: "EC2", amount: "1.25")])
    }
    cloud.page(by: 2)
    return cloud
  }

  /// As IAM names it, "sagemaker:DescribeEndpoint"; what was asked of the account.
  static func operation(of request: HTTPRequest) -> String {
    guard case .awsSigV4(let signing, _, _) = request.signing else { return "" }
    let service = signing == "monitoring" ? "cloudwatch" : signing
    let target = request.headers.first { $0.name == "X-Amz-Target" }?.value
    let form = ScriptedTransport.form(String(decoding: request.body, as: UTF8.self))
    let name = target?.split(separator: ".").last.map(String.init) ?? form["Action"] ?? ""
    return "\(service):\(name)"
  }
}
