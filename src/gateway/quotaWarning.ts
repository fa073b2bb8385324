/** What an account has used of its month's messages. */
export interface Quota {
  readonly used: number
  /** Null: no quota is counted. */
  readonly limit: number | null
}

/** Shares of the quota at which an operator is warned. */
const warnings = [0.95, 0.8] as const

/** The warning that a quota's use calls for, for people; null while there is none. */
export const quotaWarning = ({ used: count, limit }: Quota): string | null => {
  if (limit === null || limit === 0) return null
  const share = warnings.find((level) => count >= limit * level)
  return share === undefined
    ? null
    : `${count} of ${limit} messages of this month are sent (over ${Math.round(share * 100)} %): Zalo refuses what exceeds the quota`
}
