/** An option's name; where the option is only assumed to exist it says so, quietly. */
export function FieldName({ name, assumed }: { name: string; assumed: boolean }) {
  if (!assumed) return <span class="rk-name">{name}</span>;
  return (
    <span class="rk-name rk-assumed" title="Unverified: the service does not document this option">
      {name}
      <span class="rk-unseen"> (unverified)</span>
    </span>
  );
}
