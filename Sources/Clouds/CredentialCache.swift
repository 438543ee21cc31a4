import FleetModel
import Planner
public import Ports

/// Keeps a credential until shortly before it expires, and fetches the next one once however many
/// ask for it.
public actor CredentialCache<Value: Sendable & Equatable> {
  public typealias Fetch = @Sendable () async throws(ActuateError) -> Issued<Value>

  private let fetch: Fetch
  private let time: any TimeSource
  private var held: (issued: Issued<Value>, at: Timestamp)?
  private var underWay: Task<Result<Issued<Value>, ActuateError>, Never>?

  /// Fetched anew this long before the end (AWS's tools begin 5 to 15 minutes before).
  public static var margin: Duration { .minutes(5) }
  /// What does not say when it ends stands in a file or a variable, which is cheap to read again: a
  /// rotated key is in use after this long without being refused first.
  public static var lifetimeWithoutEnd: Duration { .minutes(1) }

  public init(time: any TimeSource, fetch: @escaping Fetch) {
    self.time = time
    self.fetch = fetch
  }

  /// The credential to use now. Close to its end a failed refresh gives the old one as long as it
  /// is valid.
  public func current() async throws(ActuateError) -> Issued<Value> {
    let now = time.now()
    guard let held else { return try await renew() }
    guard let end = held.issued.expiresAt else {
      if now.duration(since: held.at) < Self.lifetimeWithoutEnd { return held.issued }
      return try await renew()
    }
    // One that lives shorter than twice the margin is used for half its life.
    let life = end.duration(since: held.at)
    if end.duration(since: now) > min(Self.margin, life / 2) { return held.issued }
    do throws(ActuateError) { return try await renew() } catch {
      guard now < end else { throw error }
      return held.issued
    }
  }

  /// The credential to use after the cloud refused `refused`: what another caller has fetched since,
  /// else a new one.
  public func renewed(after refused: Value) async throws(ActuateError) -> Issued<Value> {
    if let held, held.issued.value != refused { return held.issued }
    return try await renew()
  }

  private func renew() async throws(ActuateError) -> Issued<Value> {
    let task = underWay ?? begin()
    let outcome = await task.value
    return try outcome.get()
  }

  private func begin() -> Task<Result<Issued<Value>, ActuateError>, Never> {
    let fetch = fetch
    let task = Task { () -> Result<Issued<Value>, ActuateError> in
      let outcome: Result<Issued<Value>, ActuateError>
      do throws(ActuateError) { outcome = .success(try await fetch()) } catch {
        outcome = .failure(error)
      }
      finish(outcome)
      return outcome
    }
    underWay = task
    return task
  }

  private func finish(_ outcome: Result<Issued<Value>, ActuateError>) {
    underWay = nil
    if case .success(let issued) = outcome { held = (issued, time.now()) }
  }
}
