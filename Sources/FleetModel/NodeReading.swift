/// One scrape of one target: what every accelerator there said, and when we received it.
public struct NodeReading: Sendable, Equatable {
  public var target: Target
  /// Our own clock in the middle of the exchange. An exporter's clock is never believed (it may be
  /// an hour off).
  public var receivedAt: Timestamp
  /// Half of the time between asking and the answer: how far `receivedAt` can be off.
  public var halfExchange: Duration
  /// The machine the exporter says it runs on, where all its series say the same; nil otherwise.
  public var hostname: String?
  /// The driver's version, where all series that name one agree.
  public var driver: String?
  /// Sorted by id; each id at most once.
  public var accelerators: [AcceleratorReading]
  /// Request counters of an inference server on the node; nil when the target serves none.
  public var requests: RequestReading?
  /// Counters of the machine itself; nil when the target serves none.
  public var host: HostReading?
  /// Samples that were there but could not be true (NaN, infinite, blank sentinel, out of range).
  public var rejectedSamples: Int

  public init(
    target: Target, receivedAt: Timestamp, accelerators: [AcceleratorReading],
    requests: RequestReading? = nil, host: HostReading? = nil, rejectedSamples: Int = 0,
    hostname: String? = nil, driver: String? = nil, halfExchange: Duration = .zero
  ) {
    self.halfExchange = halfExchange
    self.hostname = hostname
    self.driver = driver
    self.target = target
    self.receivedAt = receivedAt
    self.accelerators = accelerators
    self.requests = requests
    self.host = host
    self.rejectedSamples = rejectedSamples
  }
}

/// What one accelerator said in a scrape.
public struct AcceleratorReading: Sendable, Equatable {
  public var id: AcceleratorID
  /// The vendor's model name, "NVIDIA H100 80GB HBM3"; empty when the exporter does not say.
  public var model: String
  public var fields: DeviceReading

  public init(id: AcceleratorID, model: String = "", fields: DeviceReading) {
    self.id = id
    self.model = model
    self.fields = fields
  }
}

/// What an inference server says of its requests; the truth for serving nodes (SEMANTICS 4.2).
public struct RequestReading: Sendable, Hashable, Codable {
  public var running: Double?
  public var waiting: Double?
  /// A counter of finished requests.
  public var finished: Double?
  /// A counter of tokens made.
  public var tokens: Double?
  /// A counter of the seconds all requests together waited for their first token, and of how many.
  public var firstTokenSeconds: Double?
  public var firstTokens: Double?
  /// How full the fullest key-value cache is, 0…1.
  public var cacheUsage: Double?

  public init(
    running: Double? = nil, waiting: Double? = nil, finished: Double? = nil,
    tokens: Double? = nil, firstTokenSeconds: Double? = nil, firstTokens: Double? = nil,
    cacheUsage: Double? = nil
  ) {
    self.running = running
    self.waiting = waiting
    self.finished = finished
    self.tokens = tokens
    self.firstTokenSeconds = firstTokenSeconds
    self.firstTokens = firstTokens
    self.cacheUsage = cacheUsage
  }
}
