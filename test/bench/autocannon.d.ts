/** As much of autocannon 9 as the bench uses: it ships no types. */
declare module "autocannon" {
  interface Request {
    method: string
    path: string
    headers: Record<string, string>
    body?: string
    setupRequest?: (request: Request) => Request
  }
  interface Options {
    url: string
    connections: number
    duration?: number
    amount?: number
    requests: ReadonlyArray<Request>
  }
  interface Result {
    requests: { average: number; total: number; sent: number }
    latency: { p50: number; p99: number; max: number }
    duration: number
    errors: number
    timeouts: number
    non2xx: number
    "2xx": number
  }
  export default function autocannon(options: Options): Promise<Result>
}
