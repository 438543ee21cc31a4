public import FleetModel

extension FakeAzure {
  /// A meter of the retail price list.
  public struct Meter: Sendable, Hashable {
    public var type: InstanceType
    public var region: String
    /// Dollars as they stand in the list, "3.673".
    public var price: String
    /// What stands behind the size in the meter's name: "", "Spot", "Low Priority".
    public var suffix: String
    public var product: String
    public var unit: String
    public var currency: String
    public var kind: String
    public var since: String

    public init(
      _ type: InstanceType, region: String = "eastus", price: String, suffix: String = "",
      product: String = "Virtual Machines N Series", unit: String = "1 Hour",
      currency: String = "USD", kind: String = "Consumption",
      since: String = "2023-04-01T00:00:00Z"
    ) {
      self.type = type
      self.region = region
      self.price = price
      self.suffix = suffix
      self.product = product
      self.unit = unit
      self.currency = currency
      self.kind = kind
      self.since = since
    }

    var item: ARMValue {
      let size = type.rawValue.replacing("Standard_", with: "").replacing("_", with: " ")
      let name = suffix.isEmpty ? size : "\(size) \(suffix)"
      return [
        "currencyCode": .text(currency), "tierMinimumUnits": .digits("0.0"),
        "retailPrice": .digits(price), "unitPrice": .digits(price), "armRegionName": .text(region),
        "location": .text(region), "effectiveStartDate": .text(since),
        "meterName": .text(name), "productName": .text(product), "skuName": .text(name),
        "serviceName": "Virtual Machines", "serviceFamily": "Compute",
        "unitOfMeasure": .text(unit), "type": .text(kind), "priceType": .text(kind),
        "isPrimaryMeterRegion": true, "armSkuName": .text(type.rawValue),
      ]
    }
  }

  /// An announcement of the metadata service.
  public struct ScheduledEvent: Sendable, Hashable {
    public var id: String
    /// Freeze, Reboot, Redeploy, Preempt or Terminate.
    public var type: String
    /// Machines' own names.
    public var resources: [String]
    /// RFC 1123, "Mon, 19 Sep 2026 18:29:47 GMT".
    public var notBefore: String
    public var isStarted: Bool
    public var description: String

    public init(
      id: String, type: String, resources: [String], notBefore: String, isStarted: Bool = false,
      description: String = ""
    ) {
      self.id = id
      self.type = type
      self.resources = resources
      self.notBefore = notBefore
      self.isStarted = isStarted
      self.description = description
    }
  }

  // MARK: What there is

  public func addGroup(_ name: String) {
    change { state, _ in _ = state.groups.insert(name.lowercased()) }
  }

  /// Puts a machine there that nobody launched, running or in another power state; made at `since`,
  /// or now.
  public func add(
    _ name: String, group: String, type: InstanceType, location: String = "eastus",
    zone: String? = nil, spot: Bool = false, power: String = "running",
    tags: [String: String] = [:], since: Timestamp? = nil
  ) -> NodeID {
    change { state, now in
      let now = since ?? now
      state.groups.insert(group.lowercased())
      let key = "\(group)/\(name)".lowercased()
      // Lists are known to spell the group in capitals.
      let id =
        "/subscriptions/\(state.subscription)/resourceGroups/\(group.uppercased())/providers/"
        + "Microsoft.Compute/virtualMachines/\(name)"
      state.machines[key] = FakeMachine(
        id: id, name: name, location: location, zones: zone.map { [$0] } ?? [], tags: tags,
        type: type.rawValue, isSpot: spot, created: now, vmID: state.next("vm"), visibleAt: now,
        power: Turning(power), provisioning: Turning("Succeeded"))
      return NodeID(key)
    }
  }

  /// Puts a scale set there, its instances running.
  public func addScaleSet(
    _ name: String, group: String, type: InstanceType, location: String = "eastus",
    capacity: Int, spot: Bool = false, tags: [String: String] = [:]
  ) -> WorkloadID {
    change { state, now in
      state.groups.insert(group.lowercased())
      let key = "\(group)/\(name)".lowercased()
      let id =
        "/subscriptions/\(state.subscription)/resourceGroups/\(group)/providers/Microsoft.Compute/"
        + "virtualMachineScaleSets/\(name)"
      var set = FakeScaleSet(
        id: id, name: name, location: location, tags: tags, type: type.rawValue, isSpot: spot,
        capacity: capacity, provisioning: Turning("Succeeded"))
      state.fill(&set, now)
      for index in set.members.indices {
        set.members[index].power = Turning("running")
        set.members[index].provisioning = Turning("Succeeded")
      }
      state.scaleSets[key] = set
      return WorkloadID("vmss/" + key)
    }
  }

  /// The system's disk of a machine is the host's own from now on.
  public func makeEphemeral(_ node: NodeID) {
    change { state, _ in
      state.machines[node.rawValue]?.asked = [
        "properties": [
          "storageProfile": ["osDisk": ["diffDiskSettings": ["option": "Local"]]]
        ]
      ]
    }
  }

  /// Protects an instance of a set: "protectFromScaleIn", "protectFromScaleSetActions".
  public func protect(_ instance: String, of workload: WorkloadID, _ protections: Set<String>) {
    change { state, _ in
      let key = String(workload.rawValue.dropFirst(5))
      guard var set = state.scaleSets[key] else { return }
      for index in set.members.indices where set.members[index].instance == instance {
        set.members[index].protections = protections
      }
      state.scaleSets[key] = set
    }
  }

  /// Makes a virtual machine a member of a flexible scale set.
  public func join(_ node: NodeID, to set: String) {
    change { state, _ in state.machines[node.rawValue]?.set = set }
  }

  /// An autoscale setting of Azure Monitor on a set.
  public func addAutoscale(_ name: String, on workload: WorkloadID, isOn: Bool = true) {
    change { state, _ in
      guard let set = state.scaleSets[String(workload.rawValue.dropFirst(5))] else { return }
      state.autoscale.append(
        FakeAutoscale(name: name, group: "monitoring", target: set.id, isOn: isOn))
    }
  }

  public func tag(_ node: NodeID, _ key: String, _ value: String) {
    change { state, _ in state.machines[node.rawValue]?.tags[key] = value }
  }

  // MARK: What goes wrong

  /// Types that can not be had until this is called again.
  public func sellOut(_ types: Set<InstanceType>) { change { state, _ in state.soldOut = types } }

  /// Types whose quota is used up until this is called again.
  public func fillQuota(of types: Set<InstanceType>) {
    change { state, _ in state.quotaFull = types }
  }

  /// Operations the caller has no permission for.
  public func forbid(_ operations: Set<String>) {
    change { state, _ in state.forbidden = operations }
  }

  /// After so many requests all are answered with 429; nil: never.
  public func allow(requests: Int?) { change { state, _ in state.allowance = requests } }

  /// How many items a page has.
  public func setPageSize(_ size: Int) { change { state, _ in state.pageSize = max(1, size) } }

  /// How an answer says where the end of its operation is to be asked.
  public enum Announcement: String, Sendable, Hashable, CaseIterable {
    /// Azure-AsyncOperation, whose body has the state.
    case operation
    /// Location, whose status is the state.
    case location
    /// Nothing where the answer has a body: the resource's own provisioningState.
    case resource
  }

  public func announce(by way: Announcement) { change { state, _ in state.announcement = way } }

  // MARK: Who asks

  /// A token that is taken, for `lifetime`.
  public func token(lifetime: Duration = .hours(1)) -> String {
    change { state, now in
      state.tokenLifetime = lifetime
      return state.issue(at: now)
    }
  }

  /// No token given out so far is taken any more.
  public func expireTokens() {
    change { state, now in for token in state.tokens.keys { state.tokens[token] = now } }
  }

  public func accept(client: String, secret: String) {
    change { state, _ in state.clients[client] = secret }
  }

  public func accept(assertion: String) {
    change { state, _ in _ = state.assertions.insert(assertion) }
  }

  /// Whether the metadata service gives tokens.
  public func setIdentity(_ isThere: Bool) { change { state, _ in state.hasIdentity = isThere } }

  // MARK: Prices and events

  public func add(_ meters: [Meter]) { change { state, _ in state.prices += meters } }

  public func schedule(_ event: ScheduledEvent) {
    change { state, _ in
      state.events.removeAll { $0.id == event.id }
      state.events.append(event)
      state.incarnation += 1
    }
  }

  public func cancelEvent(_ id: String) {
    change { state, _ in
      state.events.removeAll { $0.id == id }
      state.incarnation += 1
    }
  }

  public func events() -> [ScheduledEvent] { change { state, _ in state.events } }

  // MARK: What happened

  /// "running", "deallocated", …; nil when there is no such machine (any more).
  public func power(of node: NodeID) -> String? {
    change { state, now in
      let machine = state.machines[node.rawValue]
      if let machine, machine.goneAt.map({ $0 > now }) ?? true {
        return machine.power.state(at: now)
      }
      let members = state.scaleSets.flatMap { key, set in
        set.listed(at: now).map { (key + "_" + ($0.instance ?? ""), $0) }
      }
      return members.first { $0.0 == node.rawValue }?.1.power.state(at: now)
    }
  }

  /// All machines there are, those of scale sets aside.
  public func nodes() -> Set<NodeID> {
    change { state, now in
      Set(
        state.machines.filter { $0.value.goneAt.map { $0 > now } ?? true }.map { NodeID($0.key) })
    }
  }

  /// How often a machine of this name was made.
  public func timesMade(_ node: NodeID) -> Int {
    change { state, _ in state.made[node.rawValue] ?? 0 }
  }

  /// The number a scale set was last asked for; nil when there is none of that name.
  public func capacity(of workload: WorkloadID) -> Int? {
    change { state, _ in state.scaleSets[String(workload.rawValue.dropFirst(5))]?.capacity }
  }

  /// Instances a scale set has, by number.
  public func members(of workload: WorkloadID) -> [String] {
    change { state, now in
      (state.scaleSets[String(workload.rawValue.dropFirst(5))]?.listed(at: now) ?? [])
        .compactMap(\.instance)
    }
  }
}
