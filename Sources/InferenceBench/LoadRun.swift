public import FleetModel
import NIOCore
import NIOPosix

/// One open-loop run against a server.
///
/// Open loop: requests go out at moments drawn beforehand, also while earlier ones are not answered
/// yet. A client that waits for answers slows down with the server and never sees its worst.
public enum LoadRun {
  /// Where a run is; given about once a second.
  public struct Progress: Sendable, Hashable {
    public var elapsed: Duration
    public var of: Duration
    /// Requests whose moment has come; `due - begun` wait at the bound of requests in flight.
    public var due: Int
    public var begun: Int
    public var inFlight: Int
    public var answered: Int
    public var failed: Int
    public var outputTokens: Int
    /// Median so far from the intended moment, milliseconds; nil before the first.
    public var timeToFirstToken: Double?
  }

  /// Carries the plan out and gives back what was measured.
  ///
  /// Ends at the latest `duration + timeLimit` after its start. Failed requests are counted in the
  /// result. Throws when the plan is wrong, when no connection can be made at all, and when the
  /// task is cancelled. `measuredAt` is the caller's clock at the start, and dates the result.
  public static func run(
    _ plan: LoadPlan, measuredAt: Timestamp,
    progress: @Sendable (Progress) -> Void = { _ in }
  ) async throws(LoadError) -> LoadResult {
    try plan.check()
    let server = try ServerAddress(plan.url, api: plan.api)
    let schedule = plan.arrivals.schedule(
      rate: plan.rate, duration: plan.duration, seed: plan.seed)
    guard !schedule.isEmpty else {
      throw .plan("no request falls into the run: make it longer or the rate higher")
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let outcome: Result<LoadResult, LoadError>
    do throws(LoadError) {
      let address = try await reach(server, within: plan.timeLimit, on: group)
      let (tally, times) = try await measure(
        plan, server, at: address, schedule, on: group.next(), progress)
      outcome = .success(
        LoadResult(plan, tally, times, offered: schedule.count, measuredAt: measuredAt))
    } catch {
      outcome = .failure(error)
    }
    // Closes what is still open and drops what is still planned. It fails only when done twice.
    try? await group.shutdownGracefully()
    return try outcome.get()
  }

  /// Resolves the name and makes sure that someone is there, before time is measured.
  private static func reach(
    _ server: ServerAddress, within limit: Duration, on group: MultiThreadedEventLoopGroup
  ) async throws(LoadError) -> SocketAddress {
    // 5 s: a server that takes longer to accept cannot be measured anyway.
    let wait = TimeAmount.microseconds(min(limit.microseconds, 5_000_000))
    do {
      let channel = try await ClientBootstrap(group: group).connectTimeout(wait)
        .connect(host: server.host, port: server.port).get()
      let address = channel.remoteAddress
      try await channel.close()
      guard let address else { throw LoadError.unreachable("\(server.authority) hung up") }
      return address
    } catch let error as LoadError {
      throw error
    } catch {
      guard !Task.isCancelled else { throw .cancelled }
      throw .unreachable("no connection to \(server.authority): \(error)")
    }
  }

  private static func measure(
    _ plan: LoadPlan, _ server: ServerAddress, at address: SocketAddress, _ schedule: [Int64],
    on loop: any EventLoop, _ progress: @Sendable (Progress) -> Void
  ) async throws(LoadError) -> (Tally, ThreadTimes) {
    let (events, feed) = AsyncStream.makeStream(of: RunEvent.self)
    loop.execute {
      LoadEngine(
        plan: plan, server: server, address: address, schedule: schedule, loop: loop,
        report: { feed.yield($0) }
      ).run()
    }
    // Ends by itself when the task is cancelled.
    for await event in events {
      switch event {
      case .progress(let now): progress(now)
      case .finished(let tally, let times): return (tally, times)
      }
    }
    throw .cancelled
  }
}
