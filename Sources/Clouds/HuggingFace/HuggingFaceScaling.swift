import FleetModel
import Planner
import Ports

extension HuggingFaceActuator {
  /// Zero is two things: a floor of zero, so that it stays asleep until it is asked for something,
  /// and sleep now instead of after the idle timeout.
  func sleep(_ before: HuggingFaceEndpoint) async throws(ActuateError) -> Receipt {
    let receipt = Receipt(workload: before.name.workload, replicas: 0)
    // Put away by a person is less than asleep; waking it for that would be wrong.
    if before.state == "paused" { return receipt }
    if before.minReplica != 0 {
      // An update takes a sleeping endpoint nowhere: its floor is only put right.
      try await update(before.name, HuggingFaceScaling(minReplica: 0))
    }
    if before.state == "scaledToZero" { return receipt }
    _ = try await calls.send(requests.scaleEndpointToZero(before.name))
    return receipt
  }

  /// Resumed first: resuming sets both bounds to one, and would undo what was set before it.
  func wake(_ before: HuggingFaceEndpoint, _ number: Int) async throws(ActuateError) -> Receipt {
    let receipt = Receipt(workload: before.name.workload, replicas: number)
    let ceiling = max(number, before.maxReplica)
    let isSo = before.minReplica == number && before.maxReplica == ceiling
    guard before.state != "failed" else { throw Self.failed(before.name) }
    if isSo, !before.isAtZero { return receipt }
    try await checkRoom(for: number, before)
    if before.isAtZero { _ = try await resume(before.name) }
    try await update(
      before.name, HuggingFaceScaling(minReplica: number, maxReplica: ceiling))
    return receipt
  }

  private static func failed(_ name: HuggingFaceName) -> ActuateError {
    .refused(
      ActFailure(
        kind: .unsupported, code: "EndpointFailed",
        message: "\(name.workload) has failed; Hugging Face asks for a new endpoint then"))
  }

  /// Puts it away: nothing is billed, and only a resume brings it back.
  func pause(_ name: HuggingFaceName) async throws(ActuateError) -> Receipt {
    if try await endpoint(name).state != "paused" {
      _ = try await calls.send(requests.pauseEndpoint(name))
    }
    return Receipt(workload: name.workload, replicas: 0)
  }

  /// Brings it back at one replica. "Already running" is what was wanted.
  func resume(_ name: HuggingFaceName) async throws(ActuateError) -> Receipt {
    let receipt = Receipt(workload: name.workload, replicas: 1)
    do throws(ActuateError) { _ = try await calls.send(requests.resumeEndpoint(name)) } catch {
      guard case .refused(let failure) = error,
        failure.message.lowercased().contains("already running")
      else { throw error }
    }
    return receipt
  }

  // MARK: Bounds

  /// The server drops what it does not know or want without a word; so what was set is read back.
  private func update(
    _ name: HuggingFaceName, _ scaling: HuggingFaceScaling
  ) async throws(ActuateError) {
    _ = try await calls.send(requests.updateEndpoint(name, scaling))
    var dropped: [String] = []
    for turn in 0..<Self.readBacks {
      if turn > 0 { try await pauseBeforeLook() }
      dropped = Self.dropped(of: scaling, in: try await readBack(name))
      if dropped.isEmpty { return }
    }
    throw .refused(
      ActFailure(
        kind: .invalid, code: "FieldsDropped",
        message: "\(name.workload) took the change and dropped " + dropped.joined(separator: ", ")))
  }

  /// A read that comes a moment too early must not look like a dropped field.
  private static let readBacks = 2

  private func pauseBeforeLook() async throws(ActuateError) {
    do { try await calls.time.sleep(for: .seconds(2)) } catch {
      throw .outcomeUnknown("cancelled before what was set could be read back")
    }
  }

  private func readBack(
    _ name: HuggingFaceName
  ) async throws(ActuateError) -> HuggingFaceEndpoint {
    do throws(ActuateError) { return try await endpoint(name) } catch {
      throw .outcomeUnknown("the change was taken, and could not be read back: \(error)")
    }
  }

  private static func dropped(
    of scaling: HuggingFaceScaling, in after: HuggingFaceEndpoint
  ) -> [String] {
    let seen = ["minReplica": after.minReplica, "maxReplica": after.maxReplica]
    return scaling.fields.compactMap { field in
      guard let value = seen[field.name], value != field.value else { return nil }
      return "compute.scaling.\(field.name) (asked for \(field.value), it is \(value))"
    }
  }

  // MARK: Room

  /// Asks the hardware list before more replicas are: it tells quota from capacity, and an update
  /// that can not be placed would only be seen minutes later, as a failed endpoint.
  private func checkRoom(
    for number: Int, _ before: HuggingFaceEndpoint
  ) async throws(ActuateError) {
    let now = before.isAtZero ? 0 : max(before.minReplica, before.target ?? 0)
    guard number > now else { return }
    let call = requests.listHardware(for: before.name.namespace)
    // Not knowing is no reason not to try.
    guard let list = try? await calls.json(call, HuggingFaceHardware.list).value,
      let hardware = list.first(where: { $0.key == before.hardware })
    else { return }
    if let failure = hardware.refusal(of: number - now) { throw .refused(failure) }
  }
}

extension HuggingFaceHardware {
  /// Why `more` replicas can not be had; nil when nothing speaks against it.
  func refusal(of more: Int) -> ActFailure? {
    let name = "\(key.type) in \(key.place)"
    if let quota, quota.most - quota.used < more * accelerators {
      return ActFailure(
        kind: .quota, code: "QuotaExceeded",
        message: "\(more * accelerators) more accelerators of \(name) pass the quota: "
          + "\(quota.used) of \(quota.most) are used")
    }
    guard status == "not_available" else { return nil }
    return ActFailure(
      kind: .capacity, code: "not_available", message: "there is no \(name) now")
  }
}
