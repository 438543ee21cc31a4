import FleetModel

extension FakeARM {
  /// One request and all it does.
  mutating func answer(
    _ asked: LoopbackServer.Asked, at now: Timestamp
  ) throws(Refusal) -> Reply {
    guard let (route, names) = ARMRoute.of(asked.method, asked.path) else {
      guard ARMRoute.isKnown(asked.path) else {
        throw Refusal("InvalidResourceType", "There is no '\(asked.path)'.", status: 404)
      }
      throw Refusal(
        "MethodNotAllowed", "The resource does not support http method '\(asked.method)'.",
        status: 405)
    }
    let query = ARMRoute.query(asked.query)
    try checkVersion(route, query)
    try checkQuery(route, query)
    if route.operation == "OAuth2_Token" {
      let form = ARMRoute.query(String(decoding: asked.body, as: UTF8.self))
      return login(form, tenant: names["tenant"] ?? "", at: now)
    }
    guard let body = asked.body.isEmpty ? ARMValue.null : ARMValue(json: asked.body) else {
      throw Refusal("InvalidRequestContent", "The request content was invalid JSON.")
    }
    let request = Request(
      operation: route.operation, names: names, query: query, headers: asked.headers, body: body,
      now: now)
    if names["subscription"] == nil { return try besides(request, asked.path) }
    try admit(request)
    return try resource(request, asked.path)
  }

  /// What is not behind the Resource Manager.
  private mutating func besides(_ request: Request, _ path: String) throws(Refusal) -> Reply {
    switch request.operation {
    case "ManagedIdentity_GetToken": identity(request)
    case "ScheduledEvents_Get": listEvents(request)
    case "ScheduledEvents_Start": startEvents(request)
    default: try listPrices(request, path: path)
    }
  }

  private mutating func resource(_ request: Request, _ path: String) throws(Refusal) -> Reply {
    let group = request.names["group"]
    switch request.operation {
    case "VirtualMachines_ListAll", "VirtualMachines_List":
      return try listMachines(request, in: group, path: path)
    case "VirtualMachines_Get": return try getMachine(request)
    case "VirtualMachines_InstanceView": return try viewMachine(request)
    case "VirtualMachines_CreateOrUpdate": return try putMachine(request)
    case "VirtualMachines_Update": return try patchMachine(request)
    case "VirtualMachines_Delete": return deleteMachine(request)
    case "VirtualMachines_Start": return try startMachine(request)
    case "VirtualMachines_Deallocate": return try endMachine(request, as: "deallocated")
    case "VirtualMachines_PowerOff": return try endMachine(request, as: "stopped")
    case "VirtualMachines_SimulateEviction": return try evict(request)
    case "ResourceSkus_List": return try listSkus(request, path: path)
    case "Operations_Get": return try operation(request)
    default: return try scaleSet(request, path)
    }
  }

  private mutating func scaleSet(_ request: Request, _ path: String) throws(Refusal) -> Reply {
    switch request.operation {
    case "VirtualMachineScaleSets_ListAll", "VirtualMachineScaleSets_List":
      try listScaleSets(request, in: request.names["group"], path: path)
    case "AutoscaleSettings_ListBySubscription": try listAutoscale(request, path: path)
    case "VirtualMachineScaleSets_Get": try getScaleSet(request)
    case "VirtualMachineScaleSets_Update": try patchScaleSet(request)
    case "VirtualMachineScaleSets_DeleteInstances": try deleteInstances(request)
    case "VirtualMachineScaleSetVMs_List": try listMembers(request, path: path)
    case "VirtualMachineScaleSetVMs_Get": try getMember(request)
    case "VirtualMachineScaleSetVMs_Start": try startMember(request)
    case "VirtualMachineScaleSetVMs_Deallocate": try endMember(request, as: "deallocated")
    default: throw Refusal("InvalidResourceType", "There is no '\(path)'.", status: 404)
    }
  }
}
