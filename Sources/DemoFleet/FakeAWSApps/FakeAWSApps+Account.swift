import FleetModel
import Ports
import Synchronization

extension FakeAWSApps {
  /// The account behind the endpoint: reads a request, checks who asks, answers.
  final class Account: Sendable {
    let state: Mutex<State>
    let time: any TimeSource

    init(_ state: State, time: any TimeSource) {
      self.state = Mutex(state)
      self.time = time
    }

    func answer(_ asked: LoopbackServer.Asked) -> Answer {
      do throws(FakeRefusal) {
        let (api, operation) = Self.action(asked)
        guard asked.method == "POST", asked.path == "/", let api else {
          throw FakeRefusal(
            code: "UnknownOperationException", message: "POST an operation to /", status: 404)
        }
        return try state.withLock { state throws(FakeRefusal) in
          state.count += 1
          try Self.check(asked, api, state)
          if api == .spot { return try Self.spot(asked, operation, state, at: time.now()) }
          let type = asked.headers["content-type"] ?? ""
          guard type.hasPrefix("application/x-amz-json-\(api.version)"),
            let body = FakeAppsJSON(bytes: asked.body)
          else { throw FakeRefusal(code: "SerializationException", message: "not the JSON it is") }
          var fields = try FakeFields(body)
          let value = try Self.value(api, operation, &fields, &state, at: time.now())
          return Answer(
            contentType: "application/x-amz-json-\(api.version)", body: value.bytes,
            headers: [("x-amzn-RequestId", "req-\(state.count)")])
        }
      } catch {
        return Self.refusal(error, xml: Self.action(asked).api == .spot)
      }
    }

    private static func value(
      _ api: API, _ operation: String, _ fields: inout FakeFields, _ state: inout State,
      at now: Timestamp
    ) throws(FakeRefusal) -> FakeAppsJSON {
      switch api {
      case .sageMaker: try state.endpoints.answer(operation, &fields, at: now)
      case .scaling: try state.targets.answer(operation, &fields, at: now)
      case .metrics: try state.series.answer(operation, &fields)
      case .products: try state.prices.products(operation, &fields)
      case .bill: try state.bill.answer(operation, &fields)
      case .spot: .null
      }
    }

    private static func spot(
      _ asked: LoopbackServer.Asked, _ operation: String, _ state: State, at now: Timestamp
    ) throws(FakeRefusal) -> Answer {
      guard operation == "DescribeSpotPriceHistory", var form = FakeForm(asked.body) else {
        throw FakeRefusal(
          code: "InvalidAction", message: "The action \(operation) is not valid here.")
      }
      _ = form.take("Action")
      guard form.take("Version") == "2016-11-15" else {
        throw FakeRefusal(code: "NoSuchVersion", message: "The requested version is not known.")
      }
      let items = try state.prices.history(&form, at: now)
      let xml = FakeXML(
        operation + "Response", [FakeXML("requestId", "req-\(state.count)")] + items)
      return Answer(
        contentType: "text/xml;charset=UTF-8",
        body: xml.document(namespace: "http://ec2.amazonaws.com/doc/2016-11-15/"))
    }
  }
}

extension FakeAWSApps.Account {
  /// One of the services of the account.
  enum API: CaseIterable {
    case sageMaker, scaling, metrics, products, bill, spot

    /// How X-Amz-Target begins; the query service has none.
    var target: String {
      switch self {
      case .sageMaker: "SageMaker"
      case .scaling: "AnyScaleFrontendService"
      case .metrics: "GraniteServiceVersion20100801"
      case .products: "AWSPriceListService"
      case .bill: "AWSInsightsIndexService"
      case .spot: ""
      }
    }

    var version: String { self == .metrics ? "1.0" : "1.1" }

    /// The service in a signature's scope.
    var scope: String {
      switch self {
      case .sageMaker: "sagemaker"
      case .scaling: "application-autoscaling"
      case .metrics: "monitoring"
      case .products: "pricing"
      case .bill: "ce"
      case .spot: "ec2"
      }
    }

    var faults: FaultRule.Service {
      switch self {
      case .sageMaker: .sagemaker
      case .scaling: .autoscaling
      case .metrics: .cloudwatch
      case .products, .bill: .pricing
      case .spot: .ec2
      }
    }
  }

  static func action(_ asked: LoopbackServer.Asked) -> (api: API?, operation: String) {
    if let target = asked.headers["x-amz-target"] {
      let parts = target.split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { return (nil, target) }
      return (API.allCases.first { $0.target == parts[0] }, parts[1])
    }
    guard var form = FakeForm(asked.body), let action = form.take("Action") else {
      return (nil, "")
    }
    return (.spot, action)
  }

  /// The scope says who asks what: "AWS4-HMAC-SHA256 Credential=KEY/day/region/service/…".
  private static func check(
    _ asked: LoopbackServer.Asked, _ api: API, _ state: FakeAWSApps.State
  ) throws(FakeRefusal) {
    let words = (asked.headers["authorization"] ?? "").split { $0 == " " || $0 == "," }
    guard let scope = words.first(where: { $0.hasPrefix("Credential=") }) else {
      throw FakeRefusal(code: "MissingAuthenticationTokenException", message: "no credentials")
    }
    let parts = scope.dropFirst("Credential=".count).split(separator: "/").map(String.init)
    guard parts.count == 5, parts[3] == api.scope else {
      throw FakeRefusal(
        code: "SignatureDoesNotMatch",
        message: "Credential should be scoped to correct service: '\(api.scope)'.", status: 403)
    }
    if state.expired.contains(parts[0]) {
      throw FakeRefusal(
        code: "ExpiredTokenException",
        message: "The security token included in the request is expired")
    }
    guard state.keys?.contains(parts[0]) ?? true else {
      throw FakeRefusal(
        code: "UnrecognizedClientException",
        message: "The security token included in the request is invalid.")
    }
  }

  static func refusal(_ refused: FakeRefusal, xml: Bool = false) -> Answer {
    guard xml else {
      let body: FakeAppsJSON = ["__type": .text(refused.code), "message": .text(refused.message)]
      return Answer(
        status: refused.status, contentType: "application/x-amz-json-1.1", body: body.bytes,
        headers: [("x-amzn-RequestId", "refused")])
    }
    let error = FakeXML(
      "Error", [FakeXML("Code", refused.code), FakeXML("Message", refused.message)])
    let document = FakeXML(
      "Response", [FakeXML("Errors", [error]), FakeXML("RequestID", "refused")])
    return Answer(
      status: refused.status, contentType: "text/xml;charset=UTF-8", body: document.document())
  }
}
