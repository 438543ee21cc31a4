import FleetModel

/// What a series is to us, by its name.
enum SeriesName: Sendable, Hashable {
  case field(DeviceField)
  case request(RequestCounter)
  case host(HostSeries)
  /// Not read.
  case other

  init(_ name: BodyText) {
    if name.count > 8, let field = Self.fields.first(where: { name.equals($0.name) }) {
      self = .field(field.field)
    } else if let counter = RequestCounter.allCases.first(where: { name.equals($0.metricName) }) {
      self = .request(counter)
    } else if let series = HostSeries(name) {
      self = .host(series)
    } else {
      self = .other
    }
  }

  private static let fields = DeviceField.allCases.map {
    (name: Array($0.metricName.utf8), field: $0)
  }
}

/// The request figures of an inference server that stand in the same body (vLLM's names, from
/// vllm/v1/metrics/loggers.py). Each is the sum over engines, models and reasons, save the cache,
/// where the fullest engine counts.
enum RequestCounter: Int, Sendable, Hashable, CaseIterable {
  case running, waiting, finished, tokens, firstTokenSeconds, firstTokens, cache

  static let count = 7

  var metricName: StaticString {
    switch self {
    case .running: "vllm:num_requests_running"
    case .waiting: "vllm:num_requests_waiting"
    case .finished: "vllm:request_success_total"
    case .tokens: "vllm:generation_tokens_total"
    case .firstTokenSeconds: "vllm:time_to_first_token_seconds_sum"
    case .firstTokens: "vllm:time_to_first_token_seconds_count"
    case .cache: "vllm:kv_cache_usage_perc"
    }
  }
}

extension BodyText {
  func equals(_ name: [UInt8]) -> Bool {
    guard count == name.count else { return false }
    return unsafe bytes.elementsEqual(name)
  }
}
