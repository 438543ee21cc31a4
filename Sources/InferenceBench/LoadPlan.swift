public import FleetModel
public import Ports

/// What load to put on which server, and what an hour of its node costs.
public struct LoadPlan: Sendable, Hashable {
  /// "http://host:port", with or without "/v1" or the whole path.
  public var url: String
  public var model: String
  /// Requests per second offered.
  public var rate: Double
  /// For how long requests are sent; answers are awaited up to `timeLimit` longer.
  public var duration: Duration
  public var arrivals: Arrivals = .poisson
  /// Of the arrivals; the same seed sends at the same moments.
  public var seed: UInt64 = 1
  public var api: API = .chat
  public var prompt = "Write a short story about a lighthouse keeper."
  /// Puts the request's number before the prompt, so the server cannot answer from a cache of
  /// earlier prompts. Off measures what such a cache saves.
  public var uniquePrompts = true
  public var maxTokens = 64
  /// Asks for exactly `maxTokens`: `ignore_eos`, which vLLM and llama.cpp know.
  public var ignoresEnd = false
  public var streams = true
  /// Requests at work at once; beyond it they wait, and the wait counts from the intended moment.
  public var maxInFlight = 256
  /// For one request, from the moment it is begun; kept to within 50 ms.
  public var timeLimit: Duration = .seconds(60)
  public var node: InstanceType = "unknown"
  public var price: HourlyRate = .zero
  public var bearer: Secret?
  /// How many requests, from the first, are kept with all their moments.
  public var recordsKept = 0

  public init(url: String, model: String, rate: Double, duration: Duration) {
    self.url = url
    self.model = model
    self.rate = rate
    self.duration = duration
  }

  /// Which of the two generating calls is used.
  public enum API: String, Sendable, Hashable, Codable, CaseIterable {
    case chat, completions
    var path: String { self == .chat ? "/chat/completions" : "/completions" }
  }

  /// The plan's arrivals are kept in memory, 8 bytes each: 80 MB at this limit.
  public static let mostRequests = 10_000_000.0

  /// Throws `.plan` with what is wrong and what would be right.
  func check() throws(LoadError) {
    guard rate.isFinite, rate > 0 else {
      throw .plan("--rate has to be above 0 requests per second, it is \(rate)")
    }
    guard duration >= .milliseconds(1) else { throw .plan("--for has to be at least 1 ms") }
    guard rate * duration.inSeconds <= Self.mostRequests else {
      throw .plan("rate × time is over 10 million requests; make one of them smaller")
    }
    guard timeLimit >= .milliseconds(1) else { throw .plan("the time limit is at least 1 ms") }
    guard maxTokens >= 1 else { throw .plan("max tokens has to be at least 1") }
    // A client has about 28,000 ports towards one address on Linux (ip_local_port_range).
    guard (1...28_000).contains(maxInFlight) else {
      throw .plan("the most requests in flight is 1…28000, it is \(maxInFlight)")
    }
    guard !model.isEmpty else { throw .plan("--model is empty") }
    guard price >= .zero else { throw .plan("a price below zero is not a price") }
    let token = bearer?.reveal().utf8
    guard token?.allSatisfy({ (0x21...0x7e).contains($0) }) ?? true else {
      throw .plan("the bearer token has characters that a header cannot carry")
    }
  }
}

/// Why a run gave no result. A server that fails under load is a result, not an error.
public enum LoadError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The plan cannot be carried out as it stands.
  case plan(String)
  /// No connection could be made before the run.
  case unreachable(String)
  case cancelled

  public var description: String {
    switch self {
    case .plan(let text): text
    case .unreachable(let text): text
    case .cancelled: "the run was cancelled; nothing was measured"
    }
  }
}
