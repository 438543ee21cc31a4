import FleetModel

/// What a series is to us, by its name.
enum SeriesName: Sendable, Hashable {
  case field(DeviceField)
  case request(RequestCounter)
  /// Not read.
  case other

  init(_ name: BodyText) {
    if name.count > 8, let field = Self.fields.first(where: { name.equals($0.name) }) {
      self = .field(field.field)
    } else if let counter = RequestCounter.allCases.first(where: { name.equals($0.metricName) }) {
      self = .request(counter)
    } else {
      self = .other
    }
  }

  private static let fields = DeviceField.allCases.map {
    (name: Array($0.metricName.utf8), field: $0)
  }
}

/// The request figures of an inference server that stand in the same body (vLLM's names, from
/// vllm/v1/metrics/loggers.py). Each is the sum over engines, models and reasons.
enum RequestCounter: Int, Sendable, Hashable, CaseIterable {
  case running, waiting, finished

  var metricName: StaticString {
    switch self {
    case .running: "vllm:num_requests_running"
    case .waiting: "vllm:num_requests_waiting"
    case .finished: "vllm:request_success_total"
    }
  }
}

extension BodyText {
  func equals(_ name: [UInt8]) -> Bool {
    guard count == name.count else { return false }
    return unsafe bytes.elementsEqual(name)
  }
}
