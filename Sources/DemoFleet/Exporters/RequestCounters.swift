import FleetModel

/// The request counters of an inference server on a node, as vLLM names them, following from how
/// busy the node's GPUs are.
struct RequestCounters: Sendable {
  private let labels: String
  private var finished = 0.0
  private var last: Timestamp?

  /// Requests a fully busy node runs side by side, and ends in a second.
  private static let batch = 64.0
  private static let perSecond = 8.0
  /// Above this duty requests begin to wait.
  private static let saturation = 0.85

  init(model: String) { labels = "{engine=\"0\",model_name=\"\(model)\"" }

  /// The lines for a mean duty of 0…1 at this moment.
  mutating func page(duty: Double, at moment: Timestamp) -> [UInt8] {
    let running = (duty * Self.batch).rounded(.up)
    let waiting = (max(0, duty - Self.saturation) * Self.batch * 4).rounded(.down)
    if let last, last < moment {
      finished += moment.duration(since: last).inSeconds * duty * Self.perSecond
    }
    if last.map({ $0 < moment }) ?? true { last = moment }
    return Array(
      """
      # HELP vllm:num_requests_running Requests in model execution batches.
      # TYPE vllm:num_requests_running gauge
      vllm:num_requests_running\(labels)} \(Int(running)).0
      # HELP vllm:num_requests_waiting Requests waiting to be processed.
      # TYPE vllm:num_requests_waiting gauge
      vllm:num_requests_waiting\(labels)} \(Int(waiting)).0
      # HELP vllm:kv_cache_usage_perc KV-cache usage; 1 is all of it.
      # TYPE vllm:kv_cache_usage_perc gauge
      vllm:kv_cache_usage_perc\(labels)} \(running / Self.batch)
      # HELP vllm:request_success_total Requests processed to their end.
      # TYPE vllm:request_success_total counter
      vllm:request_success_total\(labels),finished_reason="stop"} \(Int(finished)).0

      """.utf8)
  }
}
