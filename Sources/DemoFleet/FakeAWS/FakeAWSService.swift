/// A service of the fake account beside EC2, Auto Scaling and STS: the account's server asks each
/// whether a request is one of its own.
protocol FakeAWSService: Sendable {
  /// As the fault plan names it.
  var service: FaultRule.Service { get }
  /// The operation, when the request is one of this service's; nil when it is another's.
  func operation(of asked: LoopbackServer.Asked) -> String?
  /// The answer, after everything it does is done.
  func answer(_ asked: LoopbackServer.Asked, _ operation: String) -> Answer
  /// The service's own envelope.
  func refusal(_ code: String, _ status: Int, _ message: String) -> Answer
}

/// The JSON services' wire form: the operation stands in X-Amz-Target.
enum FakeAWSJSON {
  /// "SageMaker" for "SageMaker.DescribeEndpoint"; nil for another target.
  static func operation(of asked: LoopbackServer.Asked, target: String) -> String? {
    guard let said = asked.headers["x-amz-target"], said.hasPrefix(target + ".") else { return nil }
    return String(said.dropFirst(target.count + 1))
  }

  static func answer(_ body: String, status: Int = 200, version: String = "1.1") -> Answer {
    Answer(
      status: status, contentType: "application/x-amz-json-\(version)", body: Array(body.utf8))
  }

  /// The code and the sentence hold no characters that JSON escapes.
  static func refusal(_ code: String, _ status: Int, _ message: String) -> Answer {
    answer("{\"__type\":\"\(code)\",\"message\":\"\(message)\"}", status: status)
  }
}

/// The services that speak the Query protocol and that the account answers itself.
enum FakeQuery: CaseIterable, Sendable {
  case ec2
  case autoScaling
  case sts

  var version: String {
    switch self {
    case .ec2: "2016-11-15"
    case .autoScaling: "2011-01-01"
    case .sts: "2011-06-15"
    }
  }

  var service: FaultRule.Service {
    switch self {
    case .ec2: .ec2
    case .autoScaling: .autoscaling
    case .sts: .sts
    }
  }

  private var namespace: String {
    switch self {
    case .ec2: "http://ec2.amazonaws.com/doc/2016-11-15/"
    case .autoScaling: "http://autoscaling.amazonaws.com/doc/2011-01-01/"
    case .sts: "https://sts.amazonaws.com/doc/2011-06-15/"
    }
  }

  func success(_ action: String, _ content: [FakeXML], _ requestID: String) -> Answer {
    let metadata = FakeXML("ResponseMetadata", [FakeXML("RequestId", requestID)])
    let result = content.isEmpty ? [] : [FakeXML(action + "Result", content)]
    let inside =
      self == .ec2 ? [FakeXML("requestId", requestID)] + content : result + [metadata]
    let xml = FakeXML(action + "Response", inside)
    return Answer(
      contentType: "text/xml;charset=UTF-8", body: xml.document(namespace: namespace))
  }

  func refusal(_ refused: FakeRegion.Refusal, _ requestID: String) -> Answer {
    let words = [FakeXML("Code", refused.code), FakeXML("Message", refused.message)]
    let xml =
      self == .ec2
      ? FakeXML(
        "Response",
        [FakeXML("Errors", [FakeXML("Error", words)]), FakeXML("RequestID", requestID)])
      : FakeXML(
        "ErrorResponse",
        [
          FakeXML("Error", [FakeXML("Type", refused.status < 500 ? "Sender" : "Receiver")] + words),
          FakeXML("RequestId", requestID),
        ])
    return Answer(
      status: refused.status, contentType: "text/xml;charset=UTF-8",
      body: xml.document(namespace: self == .ec2 ? nil : namespace))
  }
}
