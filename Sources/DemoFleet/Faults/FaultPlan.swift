/// What goes wrong, when and where: a list of rules, read from JSON.
///
///     {"seed": 7, "rules": [{"match": {"service": "exporter", "target": "gpu-03"},
///                            "after": 10, "count": 5, "effect": {"kind": "hang"}}]}
public struct FaultPlan: Sendable, Hashable, Codable {
  /// Decides what rules with a probability do; the same seed does the same.
  public var seed: UInt64?
  public var rules: [FaultRule]

  public init(rules: [FaultRule] = [], seed: UInt64? = nil) {
    self.rules = rules
    self.seed = seed
  }
}

/// One fault. All that are due at a request happen together, in the order of the list.
public struct FaultRule: Sendable, Hashable, Codable {
  public var match: Match
  /// Matching requests that pass unharmed first; 0 when absent.
  public var after: Int?
  /// How many are harmed then; all when absent.
  public var count: Int?
  /// The chance of each of those, 0…1; certain when absent.
  public var probability: Double?
  public var effect: FaultEffect

  public init(
    match: Match, after: Int? = nil, count: Int? = nil, probability: Double? = nil,
    effect: FaultEffect
  ) {
    self.match = match
    self.after = after
    self.count = count
    self.probability = probability
    self.effect = effect
  }

  public struct Match: Sendable, Hashable, Codable {
    public var service: Service
    /// The name of a node of the demo fleet; every node when absent.
    public var target: String?
    /// An operation as its vendor names it, "RunInstances"; every one when absent.
    public var action: String?

    public init(service: Service, target: String? = nil, action: String? = nil) {
      self.service = service
      self.target = target
      self.action = action
    }
  }

  public enum Service: String, Sendable, Hashable, Codable {
    case exporter
    case ec2, autoscaling, sagemaker, cloudwatch, sts, sqs, imds, pricing
    case gcp, azure, kubernetes, runpod, huggingface, replicate, modal
  }
}

/// What happens to a request that a rule hits.
public struct FaultEffect: Sendable, Hashable, Codable {
  public var kind: Kind
  /// `status`, `error`: the status; 500 when absent (EC2's `error`: 400).
  public var status: Int?
  /// `status`: what the body is; empty when absent.
  public var body: Body?
  /// `error`: the vendor's code, "InsufficientInstanceCapacity".
  public var code: String?
  /// `delay`: how long the answer waits, in milliseconds of real time.
  public var milliseconds: Int?
  /// `missing`: how many of the last GPUs are not listed.
  public var gpus: Int?
  /// `zeros`: how many MiB the gzip body decodes to.
  public var megabytes: Int?
  /// `skew`: how far the Date header is ahead, in seconds; negative is behind.
  public var seconds: Int?
  /// `truncate`: the share of the body that is sent before the connection ends, 0…1.
  public var share: Double?

  public init(
    _ kind: Kind, status: Int? = nil, body: Body? = nil, code: String? = nil,
    milliseconds: Int? = nil, gpus: Int? = nil, megabytes: Int? = nil, seconds: Int? = nil,
    share: Double? = nil
  ) {
    self.kind = kind
    self.status = status
    self.body = body
    self.code = code
    self.milliseconds = milliseconds
    self.gpus = gpus
    self.megabytes = megabytes
    self.seconds = seconds
    self.share = share
  }

  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Another status, without effect.
    case status
    /// An error in the vendor's own envelope, without effect.
    case error
    /// No answer at all, without effect, until the client goes away.
    case hang
    /// The answer comes later.
    case delay
    /// The connection ends before anything was done.
    case dropBefore = "drop-before"
    /// Everything was done; the connection ends before the answer.
    case dropAfter = "drop-after"
    /// The answer stops part of the way through, as a whole XML or text document that is cut.
    case truncate
    /// Every value is NaN.
    case nan
    /// Some GPUs are not listed.
    case missing
    /// A small gzip body that decodes to very many zeros.
    case zeros
    /// One byte a second.
    case slowLoris = "slow-loris"
    /// Status 200 with a web page.
    case html
    /// The body of the first request that was hit, again and again.
    case frozen
    /// A Date header that is off.
    case skew
  }

  public enum Body: String, Sendable, Hashable, Codable {
    case empty
    case html
    case text
  }
}
