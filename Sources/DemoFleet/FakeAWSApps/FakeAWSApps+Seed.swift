public import FleetModel
import Ports
import Synchronization

extension FakeAWSApps {
  /// A variant to begin with.
  public struct Variant: Sendable, Hashable {
    public var name: String
    public var type: InstanceType
    public var count: Int
    /// nil: it holds inference components.
    public var model: String?
    /// ManagedInstanceScaling's bounds.
    public var managed: ClosedRange<Int>?
    public var isMultiModel: Bool
    public var isServerless: Bool

    public init(
      _ name: String, type: InstanceType = "ml.g5.xlarge", count: Int = 1,
      model: String? = "model", managed: ClosedRange<Int>? = nil, isMultiModel: Bool = false,
      isServerless: Bool = false
    ) {
      self.name = name
      self.type = type
      self.count = count
      self.model = model
      self.managed = managed
      self.isMultiModel = isMultiModel
      self.isServerless = isServerless
    }
  }

  public func add(
    endpoint name: String, _ variants: [Variant], tags: [String: String] = [:],
    isAsync: Bool = false
  ) {
    let now = account.time.now()
    account.state.withLock { state in
      for variant in variants {
        if let model = variant.model { state.endpoints.models[model] = variant.isMultiModel }
      }
      state.endpoints.endpoints[name] = FakeEndpoints.Endpoint(
        name: name, tags: tags, created: now, modified: now,
        variants: variants.map { variant in
          FakeEndpoints.Variant(
            name: variant.name, type: variant.type.rawValue, model: variant.model,
            current: variant.count, desired: variant.count, managed: variant.managed,
            isServerless: variant.isServerless)
        }, isAsync: isAsync)
    }
  }

  public func add(component name: String, on endpoint: String, _ variant: String, copies: Int = 1) {
    let now = account.time.now()
    account.state.withLock { state in
      state.endpoints.components[name] = FakeEndpoints.Component(
        name: name, endpoint: endpoint, variant: variant, created: now, modified: now,
        current: copies, desired: copies)
    }
  }

  /// Instance types no growth of which comes to be, until this is called again.
  public func sellOut(_ types: Set<InstanceType>) {
    account.state.withLock { $0.endpoints.soldOut = Set(types.map(\.rawValue)) }
  }

  /// The account's limit of a type; nil takes it away.
  public func limit(_ type: InstanceType, to count: Int?) {
    account.state.withLock { $0.endpoints.quotas[type.rawValue] = count }
  }

  /// A scalable target, and policies that act on it, by SageMaker's resource id.
  public func register(_ resource: String, bounds: ClosedRange<Int>, policies: [String] = []) {
    let now = account.time.now()
    let dimension =
      resource.hasPrefix("inference-component/")
      ? "sagemaker:inference-component:DesiredCopyCount" : "sagemaker:variant:DesiredInstanceCount"
    account.state.withLock { state in
      state.targets.targets.append(
        .init(id: resource, dimension: dimension, bounds: bounds, created: now))
      state.targets.policies += policies.map {
        .init(name: $0, id: resource, dimension: dimension, created: now)
      }
    }
  }

  /// A registered target's bounds as they are now.
  public func bounds(of resource: String) -> ClosedRange<Int>? {
    account.state.withLock { state in
      state.targets.targets.first { $0.id == resource }?.bounds
    }
  }

  /// One sample of a metric; now where no time is given.
  public func put(
    _ name: String, _ value: Double, _ dimensions: [String: String],
    namespace: String = "AWS/SageMaker", at time: Timestamp? = nil
  ) {
    let at = time ?? account.time.now()
    account.state.withLock { state in
      let key = FakeSeries.Key(namespace: namespace, name: name, dimensions: dimensions)
      state.series.samples[key, default: []].append((at, value))
    }
  }

  public func add(_ products: [Product]) {
    account.state.withLock { $0.prices.products += products }
  }

  public func add(_ prices: [SpotPrice]) { account.state.withLock { $0.prices.spot += prices } }

  public func add(_ lines: [BillLine]) { account.state.withLock { $0.bill.lines += lines } }

  /// Entries of a page of every list; for tests of paging.
  public func page(by size: Int) {
    account.state.withLock { state in
      state.endpoints.pageSize = size
      state.targets.pageSize = size
      state.series.pageSize = size
      state.prices.pageSize = size
      state.bill.pageSize = size
    }
  }

  /// Takes these access keys only; nil: every one.
  public func accept(_ keys: Set<String>?) { account.state.withLock { $0.keys = keys } }

  /// These keys' tokens have expired.
  public func expire(_ keys: Set<String>) { account.state.withLock { $0.expired = keys } }

  /// How often a workload's number was changed, whatever became of the answers.
  public func changes(of workload: WorkloadID) -> Int {
    account.state.withLock { $0.endpoints.changes[workload.rawValue] ?? 0 }
  }
}
